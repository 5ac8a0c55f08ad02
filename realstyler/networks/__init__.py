"""The networks: what they are made of, and what is derived from that.

An architecture is a list of layers (`architecture`), described without any tensor library. The
torch modules (`torch_modules`), the OpenVINO graph (`openvino_graph`), the ONNX graph
(`onnx_graph`) and the passes that paint a large picture strip by strip (`passes`) follow it.
"""
