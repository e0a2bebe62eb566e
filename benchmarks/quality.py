"""SSIM (Wang et al. 2004) against a full decode and a float Lanczos."""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

Image.MAX_IMAGE_PIXELS = None
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB")).astype(np.float32) @ LUMA


def against_full_decode(path: str, steps: list[tuple[int, str]]) -> dict[int, float]:
    """Width to SSIM of the picture of that width."""
    with Image.open(path) as image:
        whole = Image.fromarray(luma(image))
    seen = {}
    for width, name in steps:
        with Image.open(name) as made:
            wanted = np.asarray(whole.resize(made.size, Image.Resampling.LANCZOS))
            seen[width] = ssim(luma(made), np.clip(wanted, 0, 255))
    return seen


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    def blur(plane: np.ndarray) -> np.ndarray:
        return gaussian_filter(plane.astype(np.float64), 1.5, truncate=3.5)

    one, other = one.astype(np.float64), other.astype(np.float64)
    mean, mean_other = blur(one), blur(other)
    spread, spread_other = blur(one**2) - mean**2, blur(other**2) - mean_other**2
    shared = blur(one * other) - mean * mean_other
    small, tiny = (0.03 * 255) ** 2, (0.01 * 255) ** 2
    found = (2 * mean * mean_other + tiny) * (2 * shared + small)
    found /= (mean**2 + mean_other**2 + tiny) * (spread + spread_other + small)
    return float(found[5:-5, 5:-5].mean())
