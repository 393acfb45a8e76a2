using System.Text.Json.Serialization;
using Fairlead.Web.Customers;

namespace Fairlead.Web;

[JsonSerializable(typeof(FeedbackApi.Body))]
[JsonSerializable(typeof(FeedbackApi.Kept))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class WebJson : JsonSerializerContext;
