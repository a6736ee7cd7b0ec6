using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Tests.Instrumentation;
using ImageStorage.Tests.Providers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>A store with a cache on disk: one provider, one folder, one clock, and any number of processes.</summary>
internal sealed class DiskStore : IAsyncDisposable
{
    private readonly List<DiskProcess> _processes = [];
    private readonly bool _isInMemory;

    /// <param name="isShared">Whether several processes may open the provider.</param>
    /// <param name="isInMemory">Whether memory accepts the images, too.</param>
    public DiskStore(bool isShared = false, bool isInMemory = false)
    {
        _isInMemory = isInMemory;
        Provider = new WatchedProvider(Clock, isShared);
        Over = Provider;
    }

    public FakeTimeProvider Clock { get; } = new();

    public WatchedProvider Provider { get; }

    /// <summary>The provider below the caches, which outlives them.</summary>
    public IImageProvider Over { get; set; }

    public CacheFolder Folder { get; } = new();

    public RecordingLogger Log { get; } = new(LogLevel.Information);

    public IEnumerable<string> Warnings => Log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Text);

    /// <summary>Starts a process.</summary>
    public DiskProcess Open(Action<CacheOptions>? configure = null, IDistributedCache? distributed = null)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 1 << 20;
        options.Memory.MaxItemBytes = _isInMemory ? 1 << 20 : 1;
        options.Disk.Path = Folder.Path;
        options.Disk.SizeLimitBytes = 4 << 20;
        options.Disk.MaxItemBytes = 2 << 20;
        configure?.Invoke(options);
        var logging = new SingleLogger(Log);
        var process = new DiskProcess(new CachingProvider(new OpenedStore(Over), options, Clock, new CacheServices(Distributed: distributed, Logging: logging)), Clock);
        _processes.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Provider.DisposeAsync();
        Folder.Dispose();
    }
}
