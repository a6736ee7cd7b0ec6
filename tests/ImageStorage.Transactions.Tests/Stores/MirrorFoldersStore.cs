using ImageStorage.Diagnostics;
using ImageStorage.FileSystem;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A mirror of two folders.</summary>
public class MirrorFoldersStore : TestStore
{
    private readonly string _path = TestFolder.Create();

    public override IImageProvider Open(TimeProvider clock) => OpenMirror(OpenPart("primary", clock), OpenPart("mirror", clock), clock);

    /// <summary>Replaces a replica by an empty folder, as after the loss of a disk. No process may have the store open.</summary>
    internal void Lose(bool primary) => Directory.Delete(Path.Combine(_path, primary ? "primary" : "mirror"), recursive: true);

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }

    // Without reconciliation in the background, so that each run makes the same calls.
    private protected static IImageProvider OpenMirror(IImageProvider primary, IImageProvider mirror, TimeProvider clock) => new MirrorProvider(
        primary, mirror, new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.Zero, RetryPause = TimeSpan.Zero }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);

    private protected FileSystemImageProvider OpenPart(string name, TimeProvider clock) =>
        new(new FileSystemStorageOptions { Path = Path.Combine(_path, name), Durability = Durability.Relaxed }, clock);
}
