/* The physical limit: the same paths on Rosenbrock in C, the gradient by hand. Records x, y, loss, gradient. */
#include <math.h>

static double loss(double x, double y, double *gx, double *gy) {
  double u = 1 - x, w = y - x * x;
  *gx = -2 * u - 400 * x * w;
  *gy = 200 * w;
  return u * u + 100 * w * w;
}

/* kind 0: gradient descent; 1: momentum as a decaying average; 2: Adam, epsilon inside the root */
void descend(int kind, double x, double y, double rate, double beta, double gamma, double epsilon, int steps, double *out) {
  double mx = 0, my = 0, vx = 0, vy = 0, pm = 1, pv = 1, gx, gy;
  for (int t = 0; t <= steps; t++) {
    double f = loss(x, y, &gx, &gy);
    out[0] = x; out[1] = y; out[2] = f; out[3] = gx; out[4] = gy;
    out += 5;
    if (kind == 0) {
      x -= rate * gx; y -= rate * gy;
      continue;
    }
    mx = beta * mx + (1 - beta) * gx; my = beta * my + (1 - beta) * gy;
    if (kind == 1) {
      x -= rate * mx; y -= rate * my;
      continue;
    }
    vx = gamma * vx + (1 - gamma) * gx * gx; vy = gamma * vy + (1 - gamma) * gy * gy;
    pm *= beta; pv *= gamma;
    double cm = rate / (1 - pm), cv = 1 / (1 - pv);
    x -= cm * mx / sqrt(vx * cv + epsilon); y -= cm * my / sqrt(vy * cv + epsilon);
  }
}
