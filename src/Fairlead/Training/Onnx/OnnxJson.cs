using System.Text.Json.Serialization;

namespace Fairlead.Training.Onnx;

[JsonSerializable(typeof(string[]))]
internal sealed partial class OnnxJson : JsonSerializerContext;
