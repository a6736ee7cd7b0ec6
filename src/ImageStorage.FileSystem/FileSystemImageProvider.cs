using System.Buffers;
using ImageStorage.FileSystem.Documents;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.FileSystem;

/// <summary>
/// Keeps images in a folder: one image is one file, which holds bytes and record and is committed by one rename. Any
/// number of processes may open the same folder. How it works stands in docs/filesystem.md.
/// </summary>
/// <remarks>
/// Costs: a save is one file written, one append to a log, three flushes under <see cref="Durability.Full"/> (file,
/// log, image folder) and one rename; a read or an info is one file opened and, up to 256 KiB, one read; a page by time of creation
/// is the page's infos and a few blocks of the index. A page by key reads the folders that it passes; usage and verification
/// read every image's record and every image.
/// </remarks>
public sealed partial class FileSystemImageProvider : IImageProvider, IVerifiableProvider, IStoreLocationProvider
{
    internal const string ProviderName = "FileSystem";
    private const long MostContentLength = 4L << 30;
    private const int MostMetadataBytes = 64 << 10;

    private readonly FileSystemStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Opens nothing yet: the folder is looked at by the first call.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="timeProvider">The clock of creation and modification times; null for the system's.</param>
    /// <param name="loggerFactory">Where damaged images met by listings are reported; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public FileSystemImageProvider(FileSystemStorageOptions options, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(VolumeOf(options), options.Durability, options.CreateIfMissing, timeProvider, loggerFactory, mounts: logger => MountsOf(options, logger))
    {
        // Another file system is a place of its own, whatever its paths are.
        Locations = options.FileSystem is null ? [Path.GetFullPath(options.Path)] : [];
    }

    internal FileSystemImageProvider(IVolume volume, Durability durability, bool createIfMissing, TimeProvider? timeProvider, ILoggerFactory? loggerFactory = null, IndexLimits? limits = null, Action<Action>? schedule = null, Func<ILogger, KnownMounts?>? mounts = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<FileSystemImageProvider>();
        _store = new FileSystemStore(volume, new FileSystemStoreSettings(durability, createIfMissing, _timeProvider, mounts?.Invoke(_logger)), _logger, limits, schedule);
        Documents = new FileDocumentStore(_store);
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        MaxContentLength = MostContentLength,
        MaxMetadataBytes = MostMetadataBytes,
        NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending],
        RangeRead = true,
        MultiProcess = true,
        Durable = true,
        KeepsVersions = true,
    };

    /// <inheritdoc/>
    public IDocumentStore Documents { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Locations { get; } = [];

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            var image = _store.OpenForReading(cancellationToken) ? OpenRead(key, options, ImagePaths.Of(key)) : null;
            return image is null && options?.IfMatch is not null ? throw ImageConflictException.For(key, Name, null) : image;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading", key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            return _store.OpenForReading(cancellationToken) ? ReadInfo(key, ImagePaths.Of(key)) : null;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading", key);
        }
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await ProviderProbe.RunAsync(this, cancellationToken).ConfigureAwait(false);
        try
        {
            // The probe is a document, which does not need the folder of the images.
            _store.ConfirmImages();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "checking", null);
        }
    }

    /// <inheritdoc/>
    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IVolume VolumeOf(FileSystemStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FileSystemStorageOptionsValidator.ThrowIfInvalid(options);
        return options.FileSystem is { } fileSystem ? new FileSystemVolume(fileSystem, options.Path) : PhysicalVolume.Open(options.Path);
    }

    private static KnownMounts? MountsOf(FileSystemStorageOptions options, ILogger logger) =>
        options.FileSystem is null ? KnownMounts.OfUser(Path.GetFullPath(options.Path), failure => Log.MountNotRemembered(logger, failure)) : null;

    private ImageInfo? ReadInfo(ImageKey key, string path) => ReadInfo(_store.Volume, key, path);

    private static ImageInfo? ReadInfo(IVolume volume, ImageKey key, string path)
    {
        using var file = volume.OpenRead(path);
        return file is null ? null : NeedleTail.Read(file, key).Info;
    }

    private StoredImage? OpenRead(ImageKey key, GetOptions? options, string path)
    {
        var file = _store.Volume.OpenRead(path);
        if (file is null)
        {
            return null;
        }

        byte[]? buffer = null;
        try
        {
            // Most images are small: one read gets all of the file, and that it was all shows in the buffer not being full.
            buffer = ArrayPool<byte>.Shared.Rent(NeedleStream.WholeLength);
            var read = file.Read(buffer, 0);
            var isWhole = read < buffer.Length;
            var tail = isWhole ? NeedleTail.Read(buffer.AsSpan(0, read), key) : NeedleTail.Read(file, key);
            if (isWhole)
            {
                NeedleStream.CheckWhole(key, tail, buffer.AsSpan(0, (int)tail.StoredLength));
            }

            if (options?.IfMatch is { } expected && expected != tail.Info.ETag)
            {
                _store.ConfirmImages();
                throw ImageConflictException.For(key, Name, tail.Info.ETag);
            }

            var range = options?.Range?.Resolve(key, tail.StoredLength) ?? new ResolvedRange(0, tail.StoredLength);
            var stream = new NeedleStream(key, tail, range, isWhole ? null : file, buffer);
            (buffer, file) = (null, isWhole ? file : null);
            return new StoredImage(tail.Info, stream, range);
        }
        finally
        {
            file?.Dispose();
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    // Versions of one image are in the order of their modification times, also when the clock steps back.
    private DateTimeOffset NowAfter(ImageInfo? existing)
    {
        var now = _timeProvider.GetUtcNow();
        return existing is not null && now <= existing.ModifiedAt ? existing.ModifiedAt.AddTicks(1) : now;
    }

    private void Check(ImageKey key, Precondition? precondition, ImageInfo? current)
    {
        if (precondition is not null && !precondition.IsSatisfiedBy(current?.ETag))
        {
            _store.ConfirmImages();
            throw ImageConflictException.For(key, ProviderName, current?.ETag);
        }
    }

    private static string FolderOf(string path) => DurableDirectories.ParentOf(path);
}
