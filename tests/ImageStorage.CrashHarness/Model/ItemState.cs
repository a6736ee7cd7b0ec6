namespace ImageStorage.CrashHarness.Model;

/// <summary>A state that an item may be in, or was seen in.</summary>
/// <param name="Content">The act that stored the bytes; null where there are none of its own.</param>
/// <param name="Act">The act that touched it last; null when it is not there.</param>
/// <param name="ETag">Its version; null where nobody knows.</param>
/// <param name="Created">The ticks of its time of creation; 0 where nobody knows.</param>
internal sealed record ItemState(string? Content, string? Act, string? ETag = null, long Created = 0)
{
    public static ItemState Absent { get; } = new(null, null);

    public bool IsThere => Act is not null;

    /// <summary>Is what was seen this state, as far as it is known?</summary>
    public bool Admits(ItemState seen) =>
        Content == seen.Content && Act == seen.Act
        && (ETag is null || seen.ETag is null || ETag == seen.ETag)
        && (Created == 0 || seen.Created == 0 || Created == seen.Created);

    public override string ToString() => IsThere ? $"[content {Content} act {Act} etag {ETag ?? "?"} created {Created}]" : "[not there]";
}
