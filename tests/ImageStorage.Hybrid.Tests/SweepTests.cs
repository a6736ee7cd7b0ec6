using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>P3 and P9: orphans of crashes are deleted, and content that a save may still need stays.</summary>
public class SweepTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    [Test]
    public async Task Bytes_without_a_record_go_when_the_grace_is_over_and_not_before()
    {
        var world = new HybridWorld();
        await LeaveOrphanAsync(world);
        await using var provider = world.Open();

        world.Clock.Advance(Grace);
        Assert.That(await provider.SweepAsync(), Is.EqualTo(new SweepResult { Examined = 0, Deleted = 0, FreedBytes = 0 }));
        world.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.That(await provider.SweepAsync(), Is.EqualTo(new SweepResult { Examined = 1, Deleted = 1, FreedBytes = HybridWorld.Large(1).Length }));
        Assert.That(await world.StoredIdsAsync(), Is.Empty);
    }

    [Test]
    public async Task Bytes_of_images_stay_however_old_they_are()
    {
        var world = new HybridWorld();
        await using var storage = world.Storage();
        for (var i = 0; i < 1_203; i++)
        {
            await storage.SaveBytesAsync($"{i}.png", HybridWorld.Large(i));
        }

        await storage.UpdateAsync("7.png", new ImageUpdate { Tags = ["t"] });
        world.Clock.Advance(TimeSpan.FromDays(900));
        await using var provider = world.Open();

        Assert.That(await provider.SweepAsync(), Is.EqualTo(new SweepResult { Examined = 1_203, Deleted = 0, FreedBytes = 0 }));
        await world.AssertSoundAsync();
    }

    // Another process has stored its bytes and not yet its record.
    [Test]
    public async Task Sweep_of_another_process_spares_a_save_between_bytes_and_record()
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        await other.CheckAsync();
        await using var storage = world.Storage(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.Put done")
                {
                    world.Clock.Advance(Grace / 2);
                    other.SweepAsync().GetAwaiter().GetResult();
                }
            },
        });

        await storage.SaveBytesAsync("a.png", HybridWorld.Large(1));

        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Save_that_paused_for_half_of_the_grace_period_is_rejected_and_leaves_nothing()
    {
        var world = new HybridWorld();
        await using var storage = world.Storage(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.Put done")
                {
                    world.Clock.Advance((Grace / 2) + TimeSpan.FromTicks(1));
                }
            },
        });

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("a.png", HybridWorld.Large(1)));

        Assert.That((failure!.IsTransient, failure.Key), Is.EqualTo((true, (ImageKey?)"a.png")));
        Assert.That(await world.StoredIdsAsync(), Is.Empty);
        Assert.That(await storage.GetInfoAsync("a.png"), Is.Null);
    }

    [Test]
    public async Task What_does_not_come_from_here_is_never_swept()
    {
        var world = new HybridWorld();
        await using var provider = world.Open();
        await provider.CheckAsync();
        await using var content = new ImageStorageManager(world.Content);
        var id = ContentReference.NewId();
        await content.SaveBytesAsync("mine.png", HybridWorld.Large(1));
        await content.SaveBytesAsync("hybrid-content/notes.png", HybridWorld.Large(2));
        await content.SaveBytesAsync(ContentReference.KeyOf(id), HybridWorld.Large(3));
        world.Clock.Advance(TimeSpan.FromDays(9));

        Assert.That((await provider.SweepAsync()).Deleted, Is.Zero);
        Assert.That(await world.StoredIdsAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Sweep_of_a_store_that_was_never_written_does_nothing()
    {
        var world = new HybridWorld();
        await using var provider = world.Open();

        Assert.That(await provider.SweepAsync(), Is.EqualTo(new SweepResult { Examined = 0, Deleted = 0, FreedBytes = 0 }));
        Assert.That(await world.Catalog.Documents.ListAsync("hybrid/"), Is.Empty);
    }

    // The background sweep is awaited by the disposal of the store that runs it.
    [Test]
    public async Task Writes_start_a_sweep_once_an_interval_whichever_process_writes()
    {
        var world = new HybridWorld();
        await LeaveOrphanAsync(world);
        world.Clock.Advance(Grace * 2);
        await WriteAsync(world);
        Assert.That(await world.StoredIdsAsync(), Is.Empty, "The first write of a process finds that no sweep was ever made.");

        await LeaveOrphanAsync(world);
        world.Clock.Advance(Grace - TimeSpan.FromTicks(1));
        await WriteAsync(world);
        Assert.That(await world.StoredIdsAsync(), Has.Count.EqualTo(1), "The last sweep is less than an interval ago.");

        world.Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync(world);
        Assert.That(await world.StoredIdsAsync(), Is.Empty);

        static async Task WriteAsync(HybridWorld world)
        {
            await using var provider = world.Open(sweepInterval: Grace);
            using var storage = new ImageStorageManager(provider);
            await storage.SaveBytesAsync("b.png", HybridWorld.Small(2));
            await provider.WaitForSweepAsync();
        }
    }

    [Test]
    public async Task Content_that_cannot_be_deleted_is_reported_and_does_not_stop_the_sweep()
    {
        var world = new HybridWorld();
        for (var i = 1; i <= 3; i++)
        {
            await LeaveOrphanAsync(world, i);
            world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var ids = await world.StoredIdsAsync();
        world.Clock.Advance(Grace);
        var hasFailed = false;
        await using var provider = world.Open(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.Delete asked" && !hasFailed)
                {
                    hasFailed = true;
                    throw new StorageUnavailableException("A lease holds the blob.", isTransient: false);
                }
            },
        });

        Assert.That(async () => await provider.SweepAsync(), Throws.TypeOf<StorageUnavailableException>().With.Message.EqualTo("A lease holds the blob."));

        Assert.That(await world.StoredIdsAsync(), Has.Count.EqualTo(1).And.SubsetOf(ids));
        Assert.That((await provider.SweepAsync()).Deleted, Is.EqualTo(1));
    }

    private static async Task LeaveOrphanAsync(HybridWorld world, int count = 1)
    {
        await using var storage = world.Storage(new Moments { Reached = (_, name) => { if (name == "catalog.Put asked") { throw new ProcessEndedException(); } } });
        Assert.ThrowsAsync<ProcessEndedException>(() => storage.SaveBytesAsync("a.png", HybridWorld.Large(1)));
        Assert.That(await world.StoredIdsAsync(), Has.Count.EqualTo(count));
    }
}
