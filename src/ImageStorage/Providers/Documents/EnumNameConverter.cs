using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>Writes an enumeration by its names in camel case, and reads nothing else.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class EnumNameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
