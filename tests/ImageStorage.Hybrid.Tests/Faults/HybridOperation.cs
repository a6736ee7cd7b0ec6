namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>An operation on the image <c>a.png</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Old">The bytes before; <see langword="null"/> for no image.</param>
/// <param name="New">The bytes afterwards; <see langword="null"/> for no image.</param>
/// <param name="Run">Runs the operation, given the current version.</param>
internal sealed record HybridOperation(string Name, byte[]? Old, byte[]? New, Func<IImageStorage, ImageETag?, Task> Run)
{
    public const string Key = "folder/a.png";
    private const string Tag = "updated";

    public static IReadOnlyList<HybridOperation> All { get; } =
    [
        Save("save small", null, HybridWorld.Small(1)),
        Save("save large", null, HybridWorld.Large(1)),
        Save("create large", null, HybridWorld.Large(1), _ => IfNoneMatch.Any),
        Save("create small", null, HybridWorld.Small(1), _ => IfNoneMatch.Any),
        Save("large over large", HybridWorld.Large(2), HybridWorld.Large(1)),
        Save("large over small", HybridWorld.Small(2), HybridWorld.Large(1)),
        Save("small over large", HybridWorld.Large(2), HybridWorld.Small(1)),
        Save("large over large of one version", HybridWorld.Large(2), HybridWorld.Large(1), etag => new IfMatch(etag!.Value)),
        Save("small over large of one version", HybridWorld.Large(2), HybridWorld.Small(1), etag => new IfMatch(etag!.Value)),
        new("update large", HybridWorld.Large(2), HybridWorld.Large(2), (storage, _) => storage.UpdateAsync(Key, new ImageUpdate { Tags = [Tag] })),
        new("delete large", HybridWorld.Large(2), null, (storage, _) => storage.DeleteAsync(Key)),
        new("delete large of one version", HybridWorld.Large(2), null, (storage, etag) => storage.DeleteAsync(Key, new DeleteOptions { Precondition = new IfMatch(etag!.Value) })),
        new("delete small", HybridWorld.Small(2), null, (storage, _) => storage.DeleteAsync(Key)),
    ];

    /// <summary>Returns whether the image is in the state before (or after) the operation.</summary>
    public async Task<bool> IsAsync(IImageStorage storage, bool after)
    {
        var expected = after ? New : Old;
        var bytes = await storage.GetBytesAsync(Key);
        var info = await storage.GetInfoAsync(Key);
        Assert.That(info is null, Is.EqualTo(bytes is null), "Record and bytes disagree.");
        return bytes is null ? expected is null
            : expected is not null && bytes.AsSpan().SequenceEqual(expected) && (Name != "update large" || info!.Tags.Contains(Tag) == after);
    }

    public override string ToString() => Name;

    private static HybridOperation Save(string name, byte[]? old, byte[] bytes, Func<ImageETag?, Precondition>? precondition = null) =>
        new(name, old, bytes, (storage, etag) => storage.SaveBytesAsync(Key, bytes, new SaveOptions { Precondition = precondition?.Invoke(etag) }));
}
