"""Questions about the model at its present weights: what lies at a code, where a picture lies, what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.experiments.autoencoder.counterpart import Counterpart
from explorer.experiments.autoencoder.latent_map import on_map
from explorer.experiments.autoencoder.network import N_PIXELS, Network, as_array, as_tensor
from explorer.models.elbo import kl_to_prior
from explorer.specs.autoencoder import (
    SIDE_PX,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Interpolate,
    Interpolated,
    PathEnd,
    Strip,
)

MAX_PATH: Final = 200


@dataclass(frozen=True, eq=False)
class Live:
    """The model in training, as it is now.

    Attributes:
        network: Its network.
        step: Steps taken.
        codes: Codes of the training digits, (4500, L).
        basis: Centre and axes of the map, (3, L).
        digits: Training digits, (4500, 28, 28) float32 in [0, 1].
    """

    network: Network
    step: int
    codes: Array
    basis: Array
    digits: Array


def decode(live: Live, request: Decode) -> Decoded:
    """The picture at a code, and the training digit whose code is nearest."""
    z = _checked_code(request.z, live.network.latent)
    image = live.network.images(z[None])[0]
    distances = np.linalg.norm(live.codes - z, axis=1)
    nearest = int(distances.argmin())
    pixel_distance = float(np.sqrt(np.square(live.digits[nearest] - image).mean()))
    return Decoded(
        request, live.step, frozen(image), nearest, float(distances[nearest]), pixel_distance, request.generation
    )


@torch.no_grad()
def encode(live: Live, request: Encode) -> Encoded:
    """Where a picture lands, and what comes back; the sample's noise comes from the request's number."""
    network, picture = live.network, _checked_picture(request.picture)
    mu, variance = network.encode(picture[None])  # (1, L)
    noise = torch.randn(mu.shape, generator=torch.Generator().manual_seed(request.generation & 0xFFFF_FFFF))
    z = mu + variance.sqrt() * noise.to(mu.device)  # (1, L)
    x = as_tensor(picture.reshape(1, N_PIXELS), network.device)
    kl = kl_to_prior(mu, variance.log()).sum().item() if network.variational else 0.0
    return Encoded(
        request=request,
        step=live.step,
        mu=frozen(as_array(mu)[0]),
        sigma=frozen(as_array(variance.sqrt())[0]),
        map_xy=frozen(on_map(as_array(mu), live.basis)[0]),
        mean=frozen(network.images(mu)[0]),
        sample=frozen(network.images(z)[0]),
        reconstruction=network.reconstruction(network.module.decode(z), x).item(),
        kl=kl,
        generation=request.generation,
    )


def interpolate(live: Live, counterpart: Counterpart, request: Interpolate) -> Interpolated:
    """A straight walk through the live model's codes, and through the stored one's between the same digits."""
    if not 2 <= request.n <= MAX_PATH:
        raise UserError(f"A path has 2 to {MAX_PATH} pictures; choose a number between.")
    (a, first), (b, last) = _end(live, request.a), _end(live, request.b)
    title = f"{'Variational' if live.network.variational else 'Autoencoder'}, live"
    live_strip = _strip(live.network, title, a, b, request.n, live.digits)
    other = counterpart.get()
    other_strip = None
    if other is not None:
        ends = as_array(other.network.encode(live.digits[[first, last]])[0])
        other_strip = _strip(other.network, other.title, ends[0], ends[1], request.n, live.digits)
    return Interpolated(request, live.step, live_strip, other_strip, (first, last), request.generation)


def _end(live: Live, end: PathEnd) -> tuple[Array, int]:
    """Code (L,) of a path's end, and the training digit that it stands for."""
    if end.digit >= len(live.digits):
        raise UserError(f"There are {len(live.digits):,} training digits; choose one of them.")
    if end.digit >= 0:
        return as_array(live.network.encode(live.digits[end.digit][None])[0])[0], end.digit
    z = _checked_code(end.z, live.network.latent)
    return z, int(np.linalg.norm(live.codes - z, axis=1).argmin())


def _strip(network: Network, title: str, a: Array, b: Array, n: int, digits: Array) -> Strip:
    weights = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    codes = (1 - weights) * a + weights * b  # (n, L)
    images = network.images(codes)
    return Strip(title, frozen(codes, np.float32), frozen(images), frozen(strangeness(images, digits)))


def strangeness(images: Array, digits: Array) -> Array:
    """Root mean square pixel distance of each image (n, 28, 28) from the nearest digit (m, 28, 28): (n,) float32."""
    a, b = images.reshape(-1, N_PIXELS), digits.reshape(-1, N_PIXELS)
    squares = np.square(a).sum(1)[:, None] + np.square(b).sum(1) - 2 * a @ b.T  # (n, m)
    nearest: Array = np.sqrt(np.maximum(squares.min(1), 0) / N_PIXELS).astype(np.float32)
    return nearest


def _checked_code(z: tuple[float, ...], latent: int) -> Array:
    code = np.array(z, np.float32)
    if code.shape != (latent,) or not np.isfinite(code).all():
        raise UserError(f"A code of this model has {latent} finite numbers; give exactly these.")
    return code


def _checked_picture(picture: Array) -> Array:
    if picture.shape != (SIDE_PX, SIDE_PX) or not np.isfinite(picture).all():
        raise UserError("A picture for this model is 28 by 28 finite numbers; scale it first.")
    return np.clip(picture, 0, 1).astype(np.float32)
