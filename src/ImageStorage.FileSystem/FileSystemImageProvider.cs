using System.Buffers;
using ImageStorage.FileSystem.Documents;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.FileSystem;

/// <summary>
/// Stores images in a folder. Each image is one file that holds payload and record and is committed by one rename. Any
/// number of processes may open the same folder. Thread-safe.
/// </summary>
/// <remarks>
/// A save writes one file, appends to a log, flushes three times under <see cref="Durability.Full"/> (file, log, folder
/// of the image) and renames once. Reading an image or its record opens one file and, up to 256 KiB, reads once. A page
/// by time of creation reads the records of the page and a few blocks of the index. A page by key reads the folders
/// that it passes. Usage reads every record, verification reads every byte. The design is described in
/// docs/design/filesystem.md.
/// </remarks>
public sealed partial class FileSystemImageProvider : IImageProvider, IVerifiableProvider, IImageWalk, IStoreLocationProvider, IStorageSpace
{
    internal const string ProviderName = "FileSystem";
    private const long MaxContentLength = 4L << 30;
    private const int MaxMetadataBytes = 64 << 10;

    private readonly FileSystemStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>
    /// Initializes a new instance of the <see cref="FileSystemImageProvider"/> class. The first operation opens the
    /// folder.
    /// </summary>
    /// <param name="options">The folder and its options.</param>
    /// <param name="timeProvider">The clock of creation and modification times, or <see langword="null"/> for the
    /// system clock.</param>
    /// <param name="loggerFactory">The logger factory, or <see langword="null"/> for no logging.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are invalid.</exception>
    public FileSystemImageProvider(FileSystemStorageOptions options, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(VolumeOf(options), options.Durability, options.CreateIfMissing, timeProvider, loggerFactory, mounts: logger => MountsOf(options, logger))
    {
        // A path of another file system says nothing about the location.
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
        MaxContentLength = MaxContentLength,
        MaxMetadataBytes = MaxMetadataBytes,
        NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending],
        RangeRead = true,
        MultiProcess = true,
        Durable = true,
        RetainsVersions = true,
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
            return image is null && options?.IfMatch is not null ? throw ProviderErrors.Conflict(key, Name, null) : image;
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
            // The probe is a document and does not need the folder of the images.
            _store.ConfirmImages();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "checking the store", null);
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

    private ImageInfo? ReadInfo(ImageKey? key, string path) => ReadInfo(_store.Volume, key, path);

    private static ImageInfo? ReadInfo(IVolume volume, ImageKey? key, string path)
    {
        using var file = volume.OpenRead(path);
        return file is null ? null : ImageFileFooter.Read(file, key).Info;
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
            // Most images are small. One read fetches the complete file, and a buffer with free space shows that it
            // did.
            buffer = ArrayPool<byte>.Shared.Rent(ImageFileStream.WholeLength);
            var read = file.Read(buffer, 0);
            var isWhole = read < buffer.Length;
            var footer = isWhole ? ImageFileFooter.Read(buffer.AsSpan(0, read), key) : ImageFileFooter.Read(file, key);
            if (isWhole)
            {
                ImageFileStream.CheckWhole(key, footer, buffer.AsSpan(0, (int)footer.StoredLength));
            }

            if (options?.IfMatch is { } expected && expected != footer.Info.ETag)
            {
                _store.ConfirmImages();
                throw ProviderErrors.Conflict(key, Name, footer.Info.ETag);
            }

            var range = options?.Range?.Resolve(key, footer.StoredLength) ?? new ResolvedRange(0, footer.StoredLength);
            var stream = new ImageFileStream(key, footer, range, isWhole ? null : file, buffer);
            (buffer, file) = (null, isWhole ? file : null);
            return new StoredImage(footer.Info, stream, range);
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

    // The versions of an image are ordered by modification time, even if the clock steps back.
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
            throw ProviderErrors.Conflict(key, ProviderName, current?.ETag);
        }
    }

    private static string FolderOf(string path) => DurableDirectories.ParentOf(path);
}
