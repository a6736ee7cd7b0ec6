using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Durable saves by several writers at once: raw on as many threads, ours in as many loops on the thread pool.
/// </summary>
internal sealed class ConcurrentSaveWork : IDisposable
{
    public const int Writers = 16;

    private readonly byte[] _image;
    private readonly RawFiles _raw;
    private readonly ThreadTeam _team;
    private readonly ImageStorageManager _storage;

    public ConcurrentSaveWork(int length)
    {
        _image = SampleImages.OfLength(length);
        _raw = new RawFiles(WorkFolder.Current.New("raw-concurrent"));
        _team = new ThreadTeam(Writers);
        _storage = Stores.Open(WorkFolder.Current.New("concurrent"), Durability.Full, ContentIdentity.Sha256);
    }

    /// <summary>Saves so many images in total, a multiple of <see cref="Writers"/>.</summary>
    public Task RawAsync(int count) => _team.RunAsync(() =>
    {
        for (var i = 0; i < count / Writers; i++)
        {
            _raw.Save(_image, durable: true);
        }
    });

    /// <inheritdoc cref="RawAsync"/>
    public Task SaveAsync(int count) => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < count / Writers; i++)
        {
            await _storage.SaveBytesAsync(Names.Next(), _image);
        }
    })));

    public void Dispose()
    {
        _team.Dispose();
        _storage.Dispose();
    }
}
