using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Saves and reads of the largest accepted images through streams, with the peak of the managed heap.
/// </summary>
internal sealed class LargestWork : IDisposable
{
    private readonly byte[] _image = SampleImages.OfLength(ImageSizes.Largest);
    private readonly ImageStorageManager _storage = Stores.Open(WorkFolder.Current.New("largest"), Durability.Relaxed, ContentIdentity.Sha256);
    private ImageKey _last;

    public async Task SaveAsync(int count, HeapPeak? peak = null)
    {
        for (var i = 0; i < count; i++)
        {
            peak?.Begin();
            _last = Names.Next();
            using var source = new MemoryStream(_image);
            await _storage.SaveAsync(_last, peak is null ? source : new WatchedStream(source, peak));
        }
    }

    /// <summary>Reads the last saved image.</summary>
    public async Task ReadAsync(int count, HeapPeak? peak = null)
    {
        for (var i = 0; i < count; i++)
        {
            peak?.Begin();
            await using var image = await _storage.GetAsync(_last);
            await image!.Content.CopyToAsync(peak is null ? Stream.Null : new WatchedStream(Stream.Null, peak));
        }
    }

    public void Dispose() => _storage.Dispose();
}
