using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>The one form in which metadata is kept: immutable and in ordinal order, so that equal metadata is equal text.</summary>
internal static class MetadataDictionary
{
    public static ImmutableSortedDictionary<string, string> Empty { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);
}
