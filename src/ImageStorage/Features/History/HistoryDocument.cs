using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>The document of an entry.</summary>
internal sealed record HistoryDocument : VersionedContent
{
    public required DateTimeOffset At { get; init; }

    public required string Mode { get; init; }

    public required ImmutableArray<ImageKey> Keys { get; init; }

    [JsonConverter(typeof(MetadataJsonConverter))]
    public required ImmutableSortedDictionary<string, string> Metadata { get; init; }
}
