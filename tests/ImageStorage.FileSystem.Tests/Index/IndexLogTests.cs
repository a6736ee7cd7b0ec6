using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>The log of an open store on a failing disk.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class IndexLogTests
{
    [Test(Description = "P1: the second flush of a file succeeds, whatever the system dropped when the first one failed.")]
    public void Nothing_counts_as_flushed_once_a_flush_has_failed()
    {
        var flushes = 0;
        using var volume = new ObservedVolume(new InMemoryVolume(), call =>
        {
            if (call.Operation == VolumeOperation.FlushFile && ++flushes == 2)
            {
                throw new IOException("no", 5);
            }
        });
        using var log = new IndexLog(volume.CreateNew("1.log", 0), volume.OpenLock("1.owner"));

        log.Append(new IndexRecord(1, "a"u8, false));
        Assert.That(() => log.Flushes.Wait(log.Flushes.Join()), Throws.Nothing);
        log.Append(new IndexRecord(2, "b"u8, false));
        Assert.That(() => log.Flushes.Wait(log.Flushes.Join()), Throws.TypeOf<IOException>());
        log.Append(new IndexRecord(3, "c"u8, false));
        Assert.That(() => log.Flushes.Wait(log.Flushes.Join()), Throws.TypeOf<IOException>());
        Assert.That(flushes, Is.EqualTo(2));
    }
}
