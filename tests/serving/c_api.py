"""A SavedModel run through TensorFlow's C API: the loader and the session that TensorFlow Serving uses."""

import ctypes
from pathlib import Path

import numpy as np

pointer, size = ctypes.c_void_p, ctypes.c_size_t
STRING, STRING_SIZE = 7, 24  # TF_STRING, sizeof(TF_TString)


class Output(ctypes.Structure):
    """TF_Output: an operation and which of its outputs."""

    _fields_ = [("operation", pointer), ("index", ctypes.c_int)]


class CSession:
    """`session.run(signature, inputs)` returns the outputs by name; an error is a ValueError."""

    def __init__(self, folder):
        import tensorflow as tf
        from tensorflow.core.protobuf import saved_model_pb2

        (library,) = Path(tf.__file__).parent.glob("libtensorflow_cc.so.[0-9]")
        self.c = ctypes.CDLL(str(library))
        self.code_of = {dtype.as_numpy_dtype: dtype.as_datatype_enum for dtype in _dtypes(tf)}
        self.dtype_of = {code: dtype for dtype, code in self.code_of.items()}
        for name, kind in {
            "TF_NewStatus": pointer,
            "TF_NewGraph": pointer,
            "TF_NewSessionOptions": pointer,
            "TF_LoadSessionFromSavedModel": pointer,
            "TF_GraphOperationByName": pointer,
            "TF_AllocateTensor": pointer,
            "TF_TensorData": pointer,
            "TF_Message": ctypes.c_char_p,
            "TF_Dim": ctypes.c_int64,
            "TF_StringGetDataPointer": pointer,
            "TF_StringGetSize": size,
        }.items():
            getattr(self.c, name).restype = kind
        self.status, self.graph = pointer(self.c.TF_NewStatus()), pointer(self.c.TF_NewGraph())
        tags = (ctypes.c_char_p * 1)(b"serve")
        self.session = pointer(
            self.c.TF_LoadSessionFromSavedModel(
                pointer(self.c.TF_NewSessionOptions()),
                None,
                str(folder).encode(),
                tags,
                1,
                self.graph,
                None,
                self.status,
            )
        )
        self._check()
        content = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
        self.signatures = content.meta_graphs[0].signature_def

    def run(self, signature, inputs):
        about = self.signatures[signature]
        fed = [self._output(about.inputs[name].name) for name in inputs]
        values = [self._tensor(value) for value in inputs.values()]
        fetched = [self._output(info.name) for info in about.outputs.values()]
        results = (pointer * len(fetched))()
        self.c.TF_SessionRun(
            self.session,
            None,
            (Output * len(fed))(*fed),
            (pointer * len(values))(*values),
            len(values),
            (Output * len(fetched))(*fetched),
            results,
            len(fetched),
            None,
            0,
            None,
            self.status,
        )
        self._check()
        return {
            name: self._array(pointer(result))
            for name, result in zip(about.outputs, results, strict=True)
        }

    def _check(self):
        if self.c.TF_GetCode(self.status):
            raise ValueError(f"{self.c.TF_GetCode(self.status)}: {self._message()}")

    def _message(self):
        return self.c.TF_Message(self.status).decode()

    def _output(self, name):
        operation, index = name.split(":")
        return Output(self.c.TF_GraphOperationByName(self.graph, operation.encode()), int(index))

    def _tensor(self, value):
        shape = (ctypes.c_int64 * value.ndim)(*value.shape)
        if value.dtype == object:
            nbytes = size(value.size * STRING_SIZE)
            tensor = self.c.TF_AllocateTensor(STRING, shape, value.ndim, nbytes)
            data = self.c.TF_TensorData(pointer(tensor))
            for index, content in enumerate(value.flat):
                string = pointer(data + index * STRING_SIZE)
                self.c.TF_StringInit(string)
                self.c.TF_StringCopy(string, content, size(len(content)))
            return tensor
        code = self.code_of[value.dtype.type]
        tensor = self.c.TF_AllocateTensor(code, shape, value.ndim, size(value.nbytes))
        data = self.c.TF_TensorData(pointer(tensor))
        ctypes.memmove(data, np.ascontiguousarray(value).ctypes.data, value.nbytes)
        return tensor

    def _array(self, tensor):
        shape = [self.c.TF_Dim(tensor, i) for i in range(self.c.TF_NumDims(tensor))]
        data, count = self.c.TF_TensorData(tensor), int(np.prod(shape))
        code = self.c.TF_TensorType(tensor)
        if code == STRING:
            strings = [pointer(data + i * STRING_SIZE) for i in range(count)]
            return [
                ctypes.string_at(self.c.TF_StringGetDataPointer(s), self.c.TF_StringGetSize(s))
                for s in strings
            ]
        dtype = np.dtype(self.dtype_of[code])
        return np.frombuffer(ctypes.string_at(data, count * dtype.itemsize), dtype).reshape(shape)


def _dtypes(tf):
    return tf.uint8, tf.int32, tf.int64, tf.float32
