namespace ImageStorage.CrashHarness.Model;

/// <summary>A permitted or found state of an item.</summary>
/// <param name="Content">The operation that stored the payload; null without a payload.</param>
/// <param name="Operation">The last operation on the item; null if the item does not exist.</param>
/// <param name="ETag">The version; null if unknown.</param>
/// <param name="Created">The ticks of the creation time; 0 if unknown.</param>
internal sealed record ItemState(string? Content, string? Operation, string? ETag = null, long Created = 0)
{
    public static ItemState Absent { get; } = new(null, null);

    public bool IsThere => Operation is not null;

    /// <summary>Returns whether a found state matches this state, as far as this state is known.</summary>
    public bool Admits(ItemState seen) =>
        Content == seen.Content && Operation == seen.Operation
        && (ETag is null || seen.ETag is null || ETag == seen.ETag)
        && (Created == 0 || seen.Created == 0 || Created == seen.Created);

    public override string ToString() => IsThere ? $"[content {Content} operation {Operation} etag {ETag ?? "?"} created {Created}]" : "[not there]";
}
