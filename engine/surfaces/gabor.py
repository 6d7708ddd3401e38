"""Least squares for the Gabor model on the textbook's thirty points.

The model is sin(u) exp(−u²/32) with u = φ0 + 0.06 φ1 x: φ0 shifts the wave packet, φ1 squeezes it. The loss is the sum
over the data of the squared residuals: eight minima within the domain, one of them the global one.

Source: S. Prince, Understanding Deep Learning, 2023, section 6.1.2 and notebook 6.3 (its data).
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, DataSurface

X = (
    -1.92, -14.22, 1.49, -1.94, -2.389, -5.09, -8.861, 3.578, -6.01, -6.995, 3.634, 0.8743, -10.96, 0.4073,
    -9.467, 8.56, 10.62, -0.1729, 10.4, -12.61, 0.1574, -13.04, -2.156, -12.1, -11.19, 2.902, -8.22, -11.79,
    -8.391, -4.505,
)  # fmt: skip
Y = (
    -1.051, -0.02482, 0.8896, -0.4943, -0.9371, 0.4306, 0.009577, -0.07944, 0.1624, -0.2682, -0.3129, 0.8303,
    -0.02365, 0.5098, -0.2777, 0.3367, 0.1927, -0.2222, 0.06352, 0.006888, 0.03224, 0.01091, -0.5706, -0.05258,
    -0.03666, 0.1709, -0.04805, 0.2008, -0.1904, 0.5952,
)  # fmt: skip


def predict(u: Array, x: Array, y: Array) -> Array:
    wave = x + 0.06 * y * u
    return np.sin(wave) * np.exp(-(wave**2) / 32)


def sample_loss(prediction: Array, target: Array) -> Array:
    return (prediction - target) ** 2


definition = DataSurface(
    label="Gabor fit",
    order=200,
    predict=predict,
    sample_loss=sample_loss,
    data_x=X,
    data_y=Y,
    latex=r"\sum_i \left(\sin(u_i)\, e^{-u_i^2/32} - y_i\right)^2, \quad u_i = \phi_0 + 0.06\, \phi_1 x_i",
    domain=((-10.0, 10.0), (2.5, 22.5)),
    start=(-1.5, 8.5),
    suggested_learning_rate=0.1,
    teaches="A model of two parameters has many minima: only a start in the right valley finds the curve that fits.",
    critical_points=(
        CriticalPoint("minimum", 0.0037946356109376344, 16.026347827141723, 0.6456961253674639),
        CriticalPoint("minimum", -5.819376101839457, 13.824503927627427, 3.3564269931445834),
        CriticalPoint("minimum", 6.559354269534795, 18.348855285164024, 3.6704715519679945),
        CriticalPoint("minimum", -6.443223114287746, 4.967533652863322, 5.039135911749068),
        CriticalPoint("minimum", 6.307961387848067, 13.515787336909765, 5.511081277217767),
        CriticalPoint("minimum", 6.084736300064386, 4.011774525983753, 6.52785622477346),
        CriticalPoint("minimum", 6.171313163078899, 8.088135558848837, 9.961269023906143),
        CriticalPoint("minimum", -0.16646565055321272, 4.8809327482639455, 10.182264979278393),
        CriticalPoint("saddle", -6.585075042543027, 3.1709101790919254, 5.408999468548734),
        CriticalPoint("saddle", -8.577511227415727, 4.396347788729292, 5.748840639252914),
        CriticalPoint("saddle", 6.3214879957784955, 14.743592479288147, 5.772389419759679),
        CriticalPoint("saddle", -5.8736166209729825, 20.989478208727633, 5.772557605519405),
        CriticalPoint("saddle", -8.547905587436926, 8.177224612833157, 5.951375423255147),
        CriticalPoint("saddle", 8.296910175306452, 2.738606306486351, 6.091155426446401),
        CriticalPoint("saddle", -8.29088355126478, 17.609091857454498, 7.250051693089357),
        CriticalPoint("saddle", 8.089457612830078, 6.34690638025416, 7.384235579903984),
        CriticalPoint("saddle", 6.52672463537527, 3.059749289331035, 7.697751350716611),
        CriticalPoint("saddle", -6.25069213818289, 7.880695646931076, 8.16655178274431),
        CriticalPoint("saddle", -8.104311825515785, 12.971391553961626, 8.170527613482937),
        CriticalPoint("saddle", -0.3665444128360392, 5.825208010737122, 10.364953478954474),
        CriticalPoint("saddle", 9.836596238202652, 19.393247249299783, 10.606685360763075),
        CriticalPoint("saddle", 6.468636591043776, 6.939416062029884, 11.130109708475263),
        CriticalPoint("saddle", 8.24932536818328, 10.427260602331122, 11.371917960103989),
        CriticalPoint("saddle", 5.968939595286959, 9.562147478662286, 11.453564181553727),
        CriticalPoint("saddle", -2.8525061091034654, 9.03801491001092, 14.292847252936168),
        CriticalPoint("saddle", -1.9601219057701085, 2.990604682430858, 15.957356053872788),
        CriticalPoint("saddle", 2.4735348794655985, 7.42803685989053, 17.94637639211933),
        CriticalPoint("saddle", 1.8830304791467931, 2.8825208655756165, 18.409915672034362),
        CriticalPoint("maximum", -8.726089351287458, 2.7113603676293554, 5.878862877467623),
        CriticalPoint("maximum", -8.531557858671135, 6.755921922868148, 6.103901895424702),
        CriticalPoint("maximum", 7.655101338506183, 4.548214199637364, 7.893210146248093),
        CriticalPoint("maximum", -8.755553963899075, 20.53901080442614, 8.079688691977866),
        CriticalPoint("maximum", -8.265391811608133, 14.973596045595903, 8.728224457438442),
        CriticalPoint("maximum", -8.023031101300031, 10.875289438099431, 9.000370264512537),
        CriticalPoint("maximum", 8.013933441775022, 9.094690054675183, 11.648741717530504),
        CriticalPoint("maximum", 8.94183424025059, 14.502028856747845, 15.632560977863877),
        CriticalPoint("maximum", -1.6490741166974834, 4.2534218228006635, 16.47687189025795),
        CriticalPoint("maximum", -2.2542992784752696, 16.930889621338913, 18.833468288838283),
        CriticalPoint("maximum", 1.6367103781504195, 4.35649885676495, 22.022637758471674),
        CriticalPoint("maximum", 3.437691497241564, 15.631732321492505, 22.328225482812954),
    ),
)
