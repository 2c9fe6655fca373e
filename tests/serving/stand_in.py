"""TensorFlow Serving's answers by REST and by gRPC, by a hundred lines, where no server is installed.

Written after https://www.tensorflow.org/tfx/serving/api_rest and the service's protocol buffers; it runs the
SavedModels through TensorFlow's C API, as the server does.
"""

import base64
import json
import threading
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import numpy as np
import tensorflow as tf
from serving.c_api import CSession
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc


class StandIn:
    """Serves the models of `folders` (name to version folder) on two free ports of the loopback interface."""

    def __init__(self, folders):
        self.sessions = {name: CSession(folder) for name, folder in folders.items()}
        stand_in = self

        class Rest(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    code, answer = 200, stand_in.rest(self.path, body)
                except (KeyError, ValueError) as error:
                    code, answer = 400, {"error": str(error)}
                content = json.dumps(answer).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Grpc(prediction_service_pb2_grpc.PredictionServiceServicer):
            def Predict(self, request, context):
                spec = request.model_spec
                inputs = {name: tf.make_ndarray(value) for name, value in request.inputs.items()}
                try:
                    outputs = stand_in.run(spec.name, spec.signature_name, inputs)
                except (KeyError, ValueError) as error:
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
                answer = predict_pb2.PredictResponse()
                for name, value in outputs.items():
                    answer.outputs[name].CopyFrom(tf.make_tensor_proto(value))
                return answer

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Rest)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.grpc = grpc.server(futures.ThreadPoolExecutor(2))
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Grpc(), self.grpc)
        self.rest_port = self.http.server_port
        self.grpc_port = self.grpc.add_insecure_port("127.0.0.1:0")
        self.grpc.start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.grpc.stop(None)

    def run(self, name, signature, inputs):
        signature = signature or "serving_default"
        wanted = self.sessions[name].signatures[signature].inputs
        if set(wanted) != set(inputs):
            raise ValueError(f"input size does not match signature: {set(inputs)}, {set(wanted)}")
        for key, value in inputs.items():
            if tf.as_dtype(value.dtype) != tf.as_dtype(wanted[key].dtype):
                raise ValueError(f"{key} is {value.dtype}")
        return self.sessions[name].run(signature, inputs)

    def rest(self, path, body):
        name = path.removeprefix("/v1/models/").removesuffix(":predict")
        signature = body.get("signature_name", "serving_default")
        inputs = body.get("inputs")
        if inputs is None:  # rows, each an object with all inputs
            keys = body["instances"][0]
            inputs = {key: [row[key] for row in body["instances"]] for key in keys}
        inputs = {key: decoded(value) for key, value in inputs.items()}
        wanted = self.sessions[name].signatures[signature].inputs
        arrays = {
            key: np.array(value, tf.as_dtype(wanted[key].dtype).as_numpy_dtype)
            for key, value in inputs.items()
        }
        ((key, value),) = self.run(name, signature, arrays).items()  # a single output goes unnamed
        if key.endswith("_bytes"):
            value = [{"b64": base64.b64encode(image).decode()} for image in value]
        else:
            value = value.tolist()
        return {"outputs" if "inputs" in body else "predictions": value}


def decoded(value):
    """A JSON value with its {"b64": ...} as bytes."""
    if isinstance(value, list):
        return [decoded(each) for each in value]
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value
