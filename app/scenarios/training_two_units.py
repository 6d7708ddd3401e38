"""Targets of very different size: the larger one is all that the squared error sees.

A metre off counts as much as a kilo off, and kilos are the larger numbers. Two remedies: standardise the targets, or
learn a σ for each of them (the likelihood with a learnt σ), by which each is divided. The children are made up: a
height and a weight that grow with age, and noise.

Source: S. Prince, Understanding Deep Learning, 2023, problem 5.9.
"""

from urllib.parse import quote

from app.scenarios import Scenario

CHILDREN = (
    "2;0.9;16.3 2.4;0.9;16.3 2.8;0.97;10.7 3.2;1.02;17.5 3.5;1.06;15 3.9;1.04;19 4.3;1.04;20.2 4.7;1.05;16.4 "
    "5.1;1.14;22 5.5;1.19;23.2 5.8;1.15;27.2 6.2;1.11;23.1 6.6;1.15;29.2 7;1.27;25.9 7.4;1.24;29.1 7.8;1.18;29.2 "
    "8.2;1.27;36.3 8.5;1.24;35.1 8.9;1.28;41.2 9.3;1.31;38.1 9.7;1.32;40 10.1;1.39;41.5 10.5;1.38;39.3 10.8;1.38;41.7 "
    "11.2;1.44;46.8 11.6;1.47;43.9 12;1.39;46.9 12.4;1.47;47.9 12.8;1.46;51 13.2;1.51;50.1 13.5;1.48;51.8 "
    "13.9;1.55;54.4 14.3;1.57;55.7 14.7;1.57;54.9 15.1;1.56;60.9 15.5;1.61;57.1 15.8;1.59;58.6 "
    "16.2;1.6;60 16.6;1.68;67.4 17;1.65;65.7"
)
"""Age in years, height in metres, weight in kilos."""
TABLE = "\n".join(["age;height/m;weight/kg", *CHILDREN.split()])

scenario = Scenario(
    order=320,
    title="Metres and kilos",
    watch="Height in metres, weight in kilos: of the squared error the weight holds 99.9 %, as the bars show. "
    "Standardise (Parts and scale), and both count about alike.",
    page="/training",
    address=f"v=1&kind=regression&to=2&h=8&like=squared_error&b=all&o=adam,learning_rate:0.05&n=600#csv={quote(TABLE)}",
)
