using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>One operation on a store with content, to be disturbed at each of its calls.</summary>
/// <param name="Name">The name of the operation.</param>
/// <param name="Act">Performs the operation; receives the version of the existing image.</param>
public sealed record Scenario(string Name, Func<ImageStorageManager, IDocumentStore, ImageETag, CancellationToken, Task> Act)
{
    private const string Target = "shop/cat.png";
    private static readonly string LongKey = "häuser/" + new string('ü', 90) + "/katze.png";
    private static readonly DateTimeOffset LongAgo = new(2019, 5, 6, 7, 8, 9, TimeSpan.Zero);

    /// <summary>Gets a value that indicates whether the store is empty before the operation.</summary>
    public bool StartsEmpty { get; init; }

    /// <summary>Gets a value that indicates whether a repetition of the operation succeeds and changes nothing.</summary>
    public bool CanRepeat { get; init; }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("first save", (storage, _, _, token) => SaveAsync(storage, "first.png", null, token)) { StartsEmpty = true },
        new("save new", (storage, _, _, token) => SaveAsync(storage, "shop/dog.png", null, token)),
        new("save new in new folders", (storage, _, _, token) => SaveAsync(storage, "a/b/c/dog.png", null, token)),
        new("save new with a long key", (storage, _, _, token) => SaveAsync(storage, LongKey, null, token)),
        new("save create-only", (storage, _, _, token) => SaveAsync(storage, "shop/dog.png", new SaveOptions { Precondition = IfNoneMatch.Any }, token)),
        new("overwrite", (storage, _, _, token) => SaveAsync(storage, Target, null, token)),
        new("overwrite if match", (storage, _, etag, token) => SaveAsync(storage, Target, new SaveOptions { Precondition = new IfMatch(etag) }, token)),
        new("overwrite with another time of creation", (storage, _, _, token) => SaveAsync(storage, Target, new SaveOptions { CreatedAt = LongAgo }, token)),
        new("overwrite with many pieces", (storage, _, _, token) => SaveAsync(storage, Target, null, token, 400_000)),
        new("update", (storage, _, _, token) => storage.UpdateAsync(Target, new ImageUpdate { Tags = ["new"] }, token)),
        new("update if match", (storage, _, etag, token) => storage.UpdateAsync(Target, new ImageUpdate { FileName = "new.png", Precondition = new IfMatch(etag) }, token)),
        new("copy", (storage, _, _, token) => storage.CopyAsync(Target, "shop/dog.png", null, token)),
        new("copy to new folders, create-only", (storage, _, _, token) => storage.CopyAsync(Target, "a/b/c/dog.png", new CopyOptions { Precondition = IfNoneMatch.Any }, token)),
        new("copy over an image", (storage, _, etag, token) => storage.CopyAsync(Target, "shop/mouse.png", new CopyOptions { SourcePrecondition = new IfMatch(etag) }, token)),
        new("delete", (storage, _, _, token) => storage.DeleteAsync(Target, null, token)) { CanRepeat = true },
        new("delete if match", (storage, _, etag, token) => storage.DeleteAsync(Target, new DeleteOptions { Precondition = new IfMatch(etag) }, token)),
        new("put new document", (_, documents, _, token) => documents.PutAsync("notes/new", new byte[] { 1, 2 }, DocumentETag.None, token)),
        new("replace document", (_, documents, _, token) => documents.PutAsync("notes/old", new byte[] { 1, 2 }, null, token)),
        new("delete document", (_, documents, _, token) => documents.DeleteAsync("notes/old", null, token)) { CanRepeat = true },
    ];

    /// <summary>Creates a store for the operation, and returns the version of the image.</summary>
    internal async Task<(InMemoryVolume Volume, ImageETag ETag)> ArrangeAsync(TimeProvider clock)
    {
        var volume = new InMemoryVolume();
        if (StartsEmpty)
        {
            return (volume, default);
        }

        using var provider = StoreCheck.Open(volume, clock);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("keep/one.png", Pictures.Of(3_000, 1), new SaveOptions { Tags = ["keep"] });
        await storage.SaveBytesAsync("shop/mouse.png", Pictures.Of(200, 2));
        var old = await storage.SaveBytesAsync(Target, Pictures.Of(5_000, 3), new SaveOptions { FileName = "old.png", Metadata = new Dictionary<string, string> { ["is"] = "old" } });
        await provider.Documents.PutAsync("notes/old", new byte[] { 7, 7, 7 });
        await provider.Documents.PutAsync("notes/keep", new byte[] { 8 });
        return (volume, old.ETag);
    }

    internal Task ActAsync(IImageProvider provider, ImageETag etag, CancellationToken cancellationToken) =>
        Act(new ImageStorageManager(provider), provider.Documents, etag, cancellationToken);

    public override string ToString() => Name;

    private static Task<ImageInfo> SaveAsync(ImageStorageManager storage, string key, SaveOptions? options, CancellationToken cancellationToken, int length = 4_000) =>
        storage.SaveBytesAsync(key, Pictures.Of(length, 9), (options ?? new SaveOptions()) with { Metadata = new Dictionary<string, string> { ["is"] = "new" } }, cancellationToken);
}
