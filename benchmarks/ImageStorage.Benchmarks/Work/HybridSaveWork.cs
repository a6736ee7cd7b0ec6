using ImageStorage.Benchmarks.Shared;
using ImageStorage.FileSystem;
using ImageStorage.LiteDb;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Saves of one size, one after the other, each under a new name: into a LiteDB catalog with a folder for the content, and into a folder alone.</summary>
internal sealed class HybridSaveWork : IDisposable
{
    private readonly byte[] _image;
    private readonly ImageStorageManager _folder;
    private readonly ImageStorageManager _hybrid;

    public HybridSaveWork(int length, long inlineLimit = HybridStorageOptions.DefaultInlineLimit)
    {
        _image = SampleImages.OfLength(length);
        _folder = Stores.Open(WorkFolder.Current.New("save"), Durability.Full, ContentIdentity.Sha256);
        var halves = WorkFolder.Current.New("hybrid");
        _hybrid = new ImageStorageManager(new HybridImageProvider(
            new LiteDbImageProvider(new LiteDbStorageOptions { Path = Path.Combine(halves, "catalog.db") }),
            new FileSystemImageProvider(new FileSystemStorageOptions { Path = Path.Combine(halves, "content") }),
            new HybridStorageOptions { InlineLimit = inlineLimit }));
    }

    public Task FolderAsync(int count) => SaveAsync(_folder, count);

    public Task HybridAsync(int count) => SaveAsync(_hybrid, count);

    public void Dispose()
    {
        _folder.Dispose();
        _hybrid.Dispose();
    }

    private async Task SaveAsync(ImageStorageManager storage, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await storage.SaveBytesAsync(Names.Next(), _image);
        }
    }
}
