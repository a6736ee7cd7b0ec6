using System.Text.Json.Serialization;

namespace ImageStorage.AspNetCore.Problems;

/// <summary>The members of problem details.</summary>
internal sealed record ProblemJson(string Type, string Title, int Status, string? Detail);

/// <summary>The response to an upload.</summary>
internal sealed record StoredImageJson(string Key, string ContentType, long Length, int Width, int Height, string Etag);

/// <summary>The contracts of the JSON that the endpoints write.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemJson))]
[JsonSerializable(typeof(StoredImageJson))]
internal sealed partial class EndpointJson : JsonSerializerContext;
