using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>
/// A folder with a LiteDB database as its mirror. The suite damages nothing: the mirror would repair the damage, which
/// is the subject of separate tests.
/// </summary>
[RepresentativeCases]
public sealed class FolderDatabaseMirrorHarness : ProviderHarness
{
    private readonly FolderPart _primary = new();
    private readonly DatabasePart _mirror = new(Durability.Relaxed);

    public override IEnumerable<string> Secrets => [.. _primary.Secrets, .. _mirror.Secrets];

    // That of LiteDB.
    public override long GetClientAllocation(long length) => length + (length / 2);

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var mirror = await _mirror.OpenAsync(clock);
        try
        {
            // A second owner of the database is refused by the first call. The store would continue with the folder.
            await mirror.CheckAsync();
        }
        catch
        {
            await mirror.DisposeAsync();
            throw;
        }

        return new MirrorProvider(await _primary.OpenAsync(clock), mirror, new MirrorOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
    }

    public override async ValueTask DisposeAsync()
    {
        await _primary.DisposeAsync();
        await _mirror.DisposeAsync();
        await base.DisposeAsync();
    }
}
