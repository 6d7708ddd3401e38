"""The routes of the API, a file for each noun: validate, call the engine, hand to wire."""

from app.api import (
    catalog,
    ensembles,
    evaluations,
    formulas,
    gradients,
    grids,
    health,
    limits,
    metrics,
    predictions,
    rules,
    slices,
    training,
    training_states,
    trajectories,
)

ENDPOINTS = (
    trajectories.ENDPOINT,
    ensembles.ENDPOINT,
    training.ENDPOINT,
    training_states.ENDPOINT,
    slices.ENDPOINT,
    gradients.ENDPOINT,
    grids.ENDPOINT,
    evaluations.ENDPOINT,
    predictions.ENDPOINT,
    formulas.ENDPOINT,
    rules.ENDPOINT,
    catalog.ENDPOINT,
    limits.ENDPOINT,
    health.LIVE,
    health.READY,
    metrics.ENDPOINT,
)
