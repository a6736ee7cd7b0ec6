using System.Security.Cryptography;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Saves of one size, one after the other, each under a new name.</summary>
/// <remarks>
/// Every method runs its operations in one loop on the threads of the pool. An operation therefore costs as much as in
/// an application, without a thread that blocks until a task has completed.
/// </remarks>
internal sealed class SaveWork : IDisposable
{
    private readonly byte[] _image;
    private readonly bool _durable;
    private readonly RawFiles _raw;
    private readonly ImageStorageManager _storage;

    public SaveWork(int length, Durability durability, ContentIdentity identity)
    {
        _image = SampleImages.OfLength(length);
        _durable = durability == Durability.Full;
        _raw = new RawFiles(WorkFolder.Current.New("raw-save"));
        _storage = Stores.Open(WorkFolder.Current.New("save"), durability, identity);
    }

    public Task RawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _raw.Save(_image, _durable);
        }

        return Task.CompletedTask;
    }

    public Task HashAsync(int count)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < count; i++)
        {
            SHA256.HashData(_image, hash);
        }

        return Task.CompletedTask;
    }

    public async Task SaveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _storage.SaveBytesAsync(Names.Next(), _image);
        }
    }

    /// <summary>Saves under keys that were created before, to count only the allocations of the save.</summary>
    public async Task SaveAsync(IReadOnlyList<ImageKey> keys)
    {
        foreach (var key in keys)
        {
            await _storage.SaveBytesAsync(key, _image);
        }
    }

    public void Dispose() => _storage.Dispose();
}
