"""Network architectures, and everything derived from them.

An architecture is a list of layers (`architecture`), independent of any tensor library. Derived
from it are the torch modules (`torch_modules`), the OpenVINO graph (`openvino_graph`), the ONNX
graph (`onnx_graph`), and the passes that paint a large picture in strips (`passes`).
"""
