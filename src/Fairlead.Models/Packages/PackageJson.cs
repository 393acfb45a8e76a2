using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;

namespace Fairlead.Models.Packages;

/// <summary>The JSON files of a package: camel case, enumerations by name, absent rather than null. Changes here change the package's bytes: raise <see cref="ModelContract.FormatVersion"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(ModelContract))]
[JsonSerializable(typeof(PackageManifest))]
[JsonSerializable(typeof(DriftReference))]
public sealed partial class PackageJson : JsonSerializerContext;
