using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob;
using ImageStorage.Azurite;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Images of one size in Azure Blob Storage, and the same bytes through the bare client: both on the same Azurite, in
/// containers of their own.
/// </summary>
internal sealed class AzureWork : IAsyncDisposable
{
    private readonly byte[] _image;
    private readonly byte[] _buffer;
    private readonly BlobContainerClient _raw;
    private readonly BlobContainerClient _ours;
    private readonly LoopbackProxy? _proxy;
    private readonly ImageStorageManager _storage;
    private readonly string _metadata = new('r', 260);
    private readonly List<string> _names = [];
    private readonly List<ImageKey> _keys = [];
    private int _next;

    private AzureWork(AzuriteServer server, int length, TimeSpan roundTrip)
    {
        _image = SampleImages.OfLength(length);
        _buffer = new byte[length];
        _proxy = roundTrip > TimeSpan.Zero ? LoopbackProxy.Start(server.Port, roundTrip) : null;
        var connection = AzuriteServer.ConnectionStringOf(_proxy?.Port ?? server.Port);
        var service = new BlobServiceClient(connection, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));
        _raw = service.GetBlobContainerClient($"raw{Guid.NewGuid():n}");
        _ours = service.GetBlobContainerClient($"ours{Guid.NewGuid():n}");
        var options = new AzureBlobStorageOptions { ConnectionString = connection, Container = _ours.Name };
        _storage = new ImageStorageManager(new AzureBlobImageProvider(options), new ImageStorageOptions());
    }

    /// <summary>Gets the store that <see cref="SaveAsync(int)"/> writes to.</summary>
    public ImageStorageManager Storage => _storage;

    /// <summary>Creates both containers.</summary>
    /// <param name="length">The length of an image.</param>
    /// <param name="roundTrip">The added delay of Azurite, for both contenders.</param>
    public static async Task<AzureWork> CreateAsync(int length, TimeSpan roundTrip = default)
    {
        var work = new AzureWork(await AzuriteServer.SharedAsync(), length, roundTrip);
        await work._raw.CreateAsync();
        await work._ours.CreateAsync();
        return work;
    }

    /// <summary>Sends one Put Blob with metadata, headers and a precondition.</summary>
    public async Task RawSaveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var name = Names.Next();
            var options = new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = "image/png" },
                Metadata = new Dictionary<string, string> { ["record"] = _metadata },
            };
            await _raw.GetBlockBlobClient(name).UploadAsync(new MemoryStream(_image, writable: false), options);
            _names.Add(name);
        }
    }

    /// <summary>Sends the same and, concurrently, an empty blob: the requests of a save, by the bare client.</summary>
    public async Task RawSaveTwoAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var entry = _raw.GetBlockBlobClient(Names.Next()).UploadAsync(new MemoryStream([], writable: false), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["key"] = "k" } });
            await RawSaveAsync(1);
            await entry;
        }
    }

    public async Task SaveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ImageKey key = Names.Next();
            await _storage.SaveBytesAsync(key, _image);
            _keys.Add(key);
        }
    }

    public async Task RawReadAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var result = (await _raw.GetBlockBlobClient(NextOf(_names)).DownloadStreamingAsync()).Value;
            await result.Content.ReadExactlyAsync(_buffer);
        }
    }

    public async Task ReadAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await using var image = await _storage.GetAsync(NextOf(_keys));
            await image!.Content.CopyToAsync(Stream.Null);
        }
    }

    public async Task RawInfoAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _raw.GetBlockBlobClient(NextOf(_names)).GetPropertiesAsync();
        }
    }

    public async Task InfoAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _storage.GetInfoAsync(NextOf(_keys));
        }
    }

    /// <summary>Saves from a stream and records the peak of the managed heap.</summary>
    public async Task SaveLargestAsync(int count, HeapPeak peak)
    {
        for (var i = 0; i < count; i++)
        {
            peak.Begin();
            using var source = new MemoryStream(_image, writable: false);
            await _storage.SaveAsync("largest", new WatchedStream(source, peak));
        }
    }

    /// <summary>Reads to a stream and records the peak of the managed heap.</summary>
    public async Task ReadLargestAsync(int count, HeapPeak peak)
    {
        for (var i = 0; i < count; i++)
        {
            peak.Begin();
            await using var image = await _storage.GetAsync("largest");
            await image!.Content.CopyToAsync(new WatchedStream(Stream.Null, peak));
        }
    }

    /// <summary>
    /// Uploads blocks of 512 KiB from one buffer by the bare client, to measure the memory of the client.
    /// </summary>
    public async Task RawSaveLargestAsync(int count, HeapPeak peak)
    {
        const int BlockLength = 512 << 10;
        var blob = _raw.GetBlockBlobClient("largest");
        for (var i = 0; i < count; i++)
        {
            peak.Begin();
            var blocks = new List<string>();
            for (var offset = 0; offset < _image.Length; offset += BlockLength)
            {
                blocks.Add(Convert.ToBase64String(BitConverter.GetBytes(blocks.Count)));
                await blob.StageBlockAsync(blocks[^1], new MemoryStream(_image, offset, Math.Min(BlockLength, _image.Length - offset), writable: false));
                peak.Look();
            }

            await blob.CommitBlockListAsync(blocks);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _storage.Dispose();
        await _raw.DeleteIfExistsAsync();
        await _ours.DeleteIfExistsAsync();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    private T NextOf<T>(List<T> items) => items[_next = (_next + 1) % items.Count];
}
