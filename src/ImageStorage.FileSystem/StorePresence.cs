using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Knows whether the store that was opened is still at its path: its folder may be renamed, its volume unmounted, or another folder put into its place. The
/// sign is the format file. Costs one system call.
/// </summary>
/// <remarks>
/// Takes no lock, because it is called under those of keys, logs and merges. While the store is away nothing can be read or written by accident: files are
/// staged in a folder with a unique name, which exists only in this store, so no rename into another one succeeds, and the root is never created again.
/// </remarks>
internal sealed class StorePresence(IVolume medium, TimeProvider clock, ILogger logger)
{
    // How long a positive answer is trusted. Another store at the path of this one is noticed by then, for the price of one call a second.
    private const ulong TrustTicks = TimeSpan.TicksPerSecond;

    private volatile Seen? _seen;
    private volatile bool _hasMoved;
    private long _confirmedAt;

    /// <summary>Gets whether this process has seen the store.</summary>
    public bool IsKnown => _seen is not null;

    /// <summary>Returns whether the store is there as another copy or mount of itself, so that the open files are those of the old one.</summary>
    public bool HasMoved
    {
        get => _hasMoved;
        set => _hasMoved = value;
    }

    /// <summary>Looks for the store for the first time; answers false when there is none.</summary>
    public bool TryFind()
    {
        if (medium.Identify(FormatFile.Path) is not { } file || FormatFile.ReadId(medium) is not { } id)
        {
            return false;
        }

        _confirmedAt = clock.GetUtcNow().Ticks;
        _seen = new Seen(file, id);
        return true;
    }

    /// <summary>Throws <see cref="VolumeFailureException"/> when the store that was seen is not at its path now.</summary>
    public void Confirm()
    {
        if (_seen is not { } seen)
        {
            return;
        }

        if (medium.Identify(FormatFile.Path) is { } file && (file == seen.File || IsSame(seen, file)) && !_hasMoved)
        {
            Volatile.Write(ref _confirmedAt, clock.GetUtcNow().Ticks);
            return;
        }

        throw Lost(_hasMoved ? "its folder was replaced by a copy, or its volume mounted again" : "the store is not at its path: its folder was moved, removed or replaced, or its volume is not mounted");
    }

    /// <summary>
    /// Throws also when the folder of the images is missing. It is created with the store, or by the first opening for writing of one from before, and is
    /// never removed by the library, so without it every image would look like one that never existed.
    /// </summary>
    public void ConfirmImages()
    {
        Confirm();
        if (IsKnown && !medium.DirectoryExists(ImagePaths.Root) && medium.FileExists(FileSystemStore.ImagesMark))
        {
            // Between the two looks the store itself may have gone.
            Confirm();
            throw ImagesLost();
        }
    }

    /// <summary>Confirms what a path depends on: that of an image on the folder of the images too.</summary>
    public void ConfirmFor(string path)
    {
        if (ImagePaths.IsInside(path))
        {
            ConfirmImages();
        }
        else
        {
            Confirm();
        }
    }

    /// <summary>The failure to report when the folder of the images is missing.</summary>
    public static VolumeFailureException ImagesLost() =>
        new(
            $"the folder {ImagePaths.Root} of the store is missing, though the rest of the store is there",
            "Put it back, from a backup if it was deleted; the store is used again as soon as it is there. If all images were removed on purpose, create an empty folder of that name",
            isTransient: true);

    /// <summary>Does the same as <see cref="Confirm"/>, unless it was done a moment ago.</summary>
    public void ConfirmSometimes()
    {
        // A clock that stepped back gives a huge difference, which is a reason to look.
        if (_seen is not null && (ulong)(clock.GetUtcNow().Ticks - Volatile.Read(ref _confirmedAt)) >= TrustTicks)
        {
            Confirm();
        }
    }

    private static VolumeFailureException Lost(string reason) =>
        new(reason, "Put the folder back or mount the volume; the store is used again as soon as it is there.", isTransient: true);

    /// <summary>Is another file the format file of the same store? Then the store was copied or mounted again, and what this process has open belongs to the old one.</summary>
    private bool IsSame(Seen seen, FileIdentity file)
    {
        if (ReadId() is not { } id || id != seen.Id)
        {
            return false;
        }

        _hasMoved = true;
        _seen = new Seen(file, id);
        Log.StoreReopened(logger);
        return true;
    }

    private string? ReadId()
    {
        try
        {
            return FormatFile.ReadId(medium);
        }
        catch (ImageStorageException)
        {
            // Something else is there, which is as good as nothing; the next opening says what.
            return null;
        }
    }

    private sealed record Seen(FileIdentity File, string Id);
}
