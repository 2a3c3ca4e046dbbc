"""Near-minimax polynomials in arbitrary precision: Chebyshev interpolation, converted to powers of the variable.

Interpolation at the Chebyshev nodes is within a small factor of the minimax error and needs no iteration, so a fit is
deterministic; one more degree costs less than chasing the last fraction of a bit.
"""

from collections.abc import Callable

from mpmath import cos, mpf, pi

Function = Callable[[mpf], mpf]
Polynomial = list[mpf]


def evaluate(coefficients: Polynomial, x: mpf) -> mpf:
    """Return the polynomial at x; coefficients start with the constant."""
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def chebyshev_fit(function: Function, low: mpf, high: mpf, degree: int) -> Polynomial:
    """Interpolate function at the degree + 1 Chebyshev nodes of [low, high]."""
    count = degree + 1
    middle, half_width = (low + high) / 2, (high - low) / 2
    angles = [pi * (2 * i + 1) / (2 * count) for i in range(count)]
    values = [function(middle + half_width * cos(angle)) for angle in angles]
    series = [
        2 * sum(value * cos(j * angle) for value, angle in zip(values, angles, strict=True)) / count
        for j in range(count)
    ]
    series[0] /= 2

    # Clenshaw's recurrence b[j] = c[j] + 2 u b[j+1] - b[j+2] on polynomials of x, where u = (x - middle) / half_width.
    def times_u(p: Polynomial) -> Polynomial:
        shifted, lowered = [mpf(0), *p], [middle * c for c in p] + [mpf(0)]
        return [(s - t) / half_width for s, t in zip(shifted, lowered, strict=True)]

    def subtract(p: Polynomial, q: Polynomial) -> Polynomial:
        return [a - b for a, b in zip(p, q + [mpf(0)] * (len(p) - len(q)), strict=True)]

    current: Polynomial = [mpf(0)]
    previous: Polynomial = [mpf(0)]
    for coefficient in reversed(series[1:]):
        following = subtract([2 * c for c in times_u(current)], previous)
        following[0] += coefficient
        current, previous = following, current
    result = subtract(times_u(current), previous)
    result[0] += series[0]
    return result[:count]


def largest_relative_error(approximation: Polynomial, function: Function, low: mpf, high: mpf, points: int) -> mpf:
    """Return the largest |approximation / function - 1| on a uniform grid that includes both ends."""
    step = (high - low) / (points - 1)
    grid = (low + step * i for i in range(points))
    return max(abs(evaluate(approximation, x) / function(x) - 1) for x in grid)
