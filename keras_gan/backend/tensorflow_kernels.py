"""Kernels for TensorFlow: operations that train faster than Keras's own."""

import tensorflow as tf

__all__ = [
    "conv_stride2",
    "conv_transpose_stride2",
    "leaky_relu",
    "normalize_batch",
    "normalize_images",
]


def normalize_batch(inputs, gamma, beta, epsilon):
    """Batch-normalized images (n, height, width, channels), and the batch's mean and (biased) variance.

    None for inputs that TensorFlow's kernel does not take.
    """
    if len(inputs.shape) != 4 or inputs.dtype == tf.float64:
        return None
    outputs, mean, unbiased = _normalize(inputs, gamma, beta, epsilon)
    count = tf.cast(tf.size(inputs) // inputs.shape[-1], unbiased.dtype)
    return outputs, mean, unbiased * (count - 1.0) / count


def normalize_images(inputs, gamma, beta, epsilon):
    """Images (n, height, width, channels), each channel of each of them normalized by its own statistics.

    None for inputs that TensorFlow's kernel does not take.
    """
    if len(inputs.shape) != 4 or inputs.dtype == tf.float64 or inputs.shape[-1] is None:
        return None
    channels = inputs.shape[-1]
    gamma = tf.ones(channels) if gamma is None else tf.convert_to_tensor(gamma)
    beta = tf.zeros(channels) if beta is None else tf.convert_to_tensor(beta)
    if inputs.shape[0] == 1:
        return _normalize(inputs, gamma, beta, epsilon)[0]
    num, height, width, _ = tf.unstack(tf.shape(inputs))
    # The channels of many images are those of one.
    beside = tf.transpose(inputs, (1, 2, 0, 3))
    one = tf.reshape(beside, (1, height, width, num * channels))
    outputs = _normalize(one, tf.tile(gamma, [num]), tf.tile(beta, [num]), epsilon)[0]
    outputs = tf.transpose(tf.reshape(outputs, tf.shape(beside)), (2, 0, 1, 3))
    return tf.ensure_shape(outputs, inputs.shape)


def _normalize(inputs, gamma, beta, epsilon):
    """The batch normalized, its mean and its unbiased variance, through which no gradient goes."""

    @tf.custom_gradient
    def normalize(x, gamma, beta):
        outputs, mean, unbiased, *kept = tf.raw_ops.FusedBatchNormV3(
            x=x, scale=gamma, offset=beta, mean=[], variance=[], epsilon=epsilon
        )
        return (outputs, mean, unbiased), lambda dy, *_: slopes(x, gamma, dy, *kept)

    @tf.custom_gradient
    def slopes(x, gamma, dy, *kept):
        *found, _, _ = tf.raw_ops.FusedBatchNormGradV3(
            y_backprop=dy,
            x=x,
            scale=gamma,
            reserve_space_1=kept[0],
            reserve_space_2=kept[1],
            reserve_space_3=kept[2],
            epsilon=epsilon,
        )

        def second_order(*upstream):
            # TensorFlow's own is off by about a percent.
            inputs = [x, gamma, dy]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                plain = _slopes(*inputs, epsilon)
            return *tape.gradient(plain, inputs, upstream), *(None for _ in kept)

        return tuple(found), second_order

    return normalize(inputs, tf.convert_to_tensor(gamma), tf.convert_to_tensor(beta))


def _slopes(x, gamma, dy, epsilon):
    """The gradients of batch normalization with respect to its inputs, scales and offsets."""
    kind = x.dtype
    x, dy = tf.cast(x, tf.float32), tf.cast(dy, tf.float32)
    mean, variance = tf.nn.moments(x, (0, 1, 2))
    scale = tf.math.rsqrt(variance + epsilon)
    normalized = (x - mean) * scale
    along = tf.reduce_mean(dy * normalized, (0, 1, 2))
    level = tf.reduce_mean(dy, (0, 1, 2))
    dx = gamma * scale * (dy - level - normalized * along)
    count = tf.cast(tf.size(x) // tf.size(gamma), tf.float32)
    return tf.cast(dx, kind), along * count, level * count


def leaky_relu(inputs, slope):
    """`keras.ops.leaky_relu` without the zeros that TensorFlow takes back from its second derivative."""

    @tf.custom_gradient
    def activate(x):
        # A gather hands back its slopes as rows and their indices.
        return tf.nn.leaky_relu(x, slope), lambda dy: slopes(x, tf.convert_to_tensor(dy))

    @tf.custom_gradient
    def slopes(x, dy):
        found = tf.raw_ops.LeakyReluGrad(gradients=dy, features=x, alpha=slope)
        return found, lambda upstream: (None, slopes(x, tf.convert_to_tensor(upstream)))

    return activate(inputs)


def conv_stride2(inputs, kernel):
    """Images (n, height, width, in) under a 4x4 kernel (4, 4, in, out) with stride 2, padding "same".

    None where TensorFlow's own gradient is as fast: oneDNN's in bfloat16 is not, for small images on CPUs.
    """
    kernel = tf.convert_to_tensor(kernel)
    if not _slow(inputs, kernel, largest=16) or any(side % 2 for side in inputs.shape[1:3]):
        return None

    @tf.custom_gradient
    def convolve(x, w):
        def gradients(dy):
            dx = tf.nn.conv2d_transpose(dy, w, tf.shape(x), 2, "SAME")
            return dx, _kernel_gradient(x, dy)

        return tf.nn.conv2d(x, w, 2, "SAME"), gradients

    return convolve(inputs, kernel)


def conv_transpose_stride2(inputs, kernel):
    """The transpose of a convolution with stride 2: images (n, height, width, in), kernel (4, 4, out, in)."""
    kernel = tf.convert_to_tensor(kernel)
    if not _slow(inputs, kernel, largest=8):
        return None

    @tf.custom_gradient
    def convolve(x, w):
        def gradients(dy):
            return tf.nn.conv2d(dy, w, 2, "SAME"), _kernel_gradient(dy, x)

        num, height, width, _ = tf.unstack(tf.shape(x))
        shape = (num, 2 * height, 2 * width, w.shape[2])
        return tf.nn.conv2d_transpose(x, w, shape, 2, "SAME"), gradients

    return convolve(inputs, kernel)


def _slow(inputs, kernel, largest):
    sides = inputs.shape[1:3]
    small = None not in sides and max(sides) <= largest
    known = inputs.dtype == kernel.dtype == tf.bfloat16
    return small and known and not tf.config.list_physical_devices("GPU")


def _kernel_gradient(large, small):
    """Gradient of the kernel of a convolution with stride 2.

    `large` (n, 2h, 2w, in) are its inputs, `small` (n, h, w, out) the gradient of its outputs.
    """
    height, width, out = small.shape[1:]
    # A kernel of 4x4 pixels is one of 2x2 blocks of 2x2 pixels, and the stride is a block.
    blocks = tf.nn.space_to_depth(tf.pad(large, [[0, 0], [1, 1], [1, 1], [0, 0]]), 2)
    rows = tf.reshape(small, (-1, out))
    depth = blocks.shape[-1]
    products = [
        tf.matmul(
            tf.reshape(blocks[:, i : i + height, j : j + width], (-1, depth)),
            rows,
            transpose_a=True,
        )
        for i in (0, 1)
        for j in (0, 1)
    ]
    gradient = tf.reshape(tf.stack(products), (2, 2, 2, 2, depth // 4, out))
    return tf.reshape(tf.transpose(gradient, (0, 2, 1, 3, 4, 5)), (4, 4, depth // 4, out))
