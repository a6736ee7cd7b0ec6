using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// P2, P3: a retained version of a large image is complete or absent, whichever part the process has reached, and a
/// restored image survives everything that other processes have left to do.
/// </summary>
public class RetainedVersionTests
{
    private const string Key = "folder/a.png";
    private const string Id = "bin-1";

    // The process ends at each call of retain, restore and drop. Afterwards the owner of the id drops the version.
    [TestCase("retain")]
    [TestCase("restore")]
    [TestCase("drop")]
    public async Task Process_that_ends_at_any_call_leaves_the_state_before_or_after(string operation)
    {
        for (var moment = 0; await EndAtAsync(operation, moment); moment++)
        {
        }
    }

    // A save deletes the replaced content after its commit. The process stops in between, and continues after another
    // process has restored the version and dropped it.
    [Test]
    public async Task Late_delete_of_replaced_content_does_not_take_the_content_of_a_restored_image([Values] bool retainedAgain)
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var storage = new ImageStorageManager(other);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        await other.RetainAsync(Id, Key, before.ETag);
        var isDone = false;
        await using var slow = world.Storage(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.Delete asked" && !isDone)
                {
                    isDone = true;
                    RestoreAsync().GetAwaiter().GetResult();
                }
            },
        });

        await slow.SaveBytesAsync(Key, HybridWorld.Large(2));

        Assert.That(isDone, Is.True);
        Assert.That(await storage.GetInfoAsync(Key), Is.EqualTo(before));
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
        if (retainedAgain)
        {
            await storage.DeleteAsync(Key);
            Assert.That(await other.RestoreAsync("bin-2", Key, null), Is.True);
            Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
            await other.DropAsync("bin-2");
        }

        await world.AssertSoundAsync();

        async Task RestoreAsync()
        {
            await other.RestoreAsync(Id, Key, (await storage.GetInfoAsync(Key))!.ETag);
            await other.DropAsync(Id);
            if (retainedAgain)
            {
                await other.RetainAsync("bin-2", Key, before.ETag);
            }
        }
    }

    [Test]
    public async Task Sweep_spares_the_content_of_restored_images_and_needs_no_retained_version()
    {
        var world = new HybridWorld();
        await using var provider = world.Open();
        var storage = new ImageStorageManager(provider);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        await provider.RetainAsync(Id, Key, before.ETag);
        await storage.DeleteAsync(Key);
        world.Clock.Advance(TimeSpan.FromDays(30));
        await provider.SweepAsync();

        Assert.That(await provider.RestoreAsync(Id, Key, null), Is.True);

        await provider.SweepAsync();
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
        await provider.DropAsync(Id);
        await world.AssertSoundAsync();
    }

    // The first attempt of the catalog ends late, after the resilience layer has given it up and before the second.
    [Test]
    public async Task Refused_repetition_of_a_retention_leaves_the_content_of_the_first_attempt()
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var storage = new ImageStorageManager(other);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        var catalog = new RepeatingCatalog(world.Catalog, () => storage.SaveBytesAsync(Key, HybridWorld.Large(2)));
        await using var provider = new HybridImageProvider(catalog, world.Content, new HybridStorageOptions { InlineLimit = HybridWorld.InlineLimit }, world.Clock);

        await provider.RetainAsync(Id, Key, before.ETag);

        Assert.That(catalog.IsRepeated, Is.True);
        Assert.That(await provider.RestoreAsync(Id, Key, (await storage.GetInfoAsync(Key))!.ETag), Is.True);
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
        await provider.DropAsync(Id);
        Assert.That(await provider.ListRetainedAsync(), Is.Empty);
        await world.AssertSoundAsync();
    }

    // The first attempt has committed when the second asks the catalog for its commit.
    [Test]
    public async Task Restore_whose_first_attempt_ends_late_succeeds()
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var storage = new ImageStorageManager(other);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        await other.RetainAsync(Id, Key, before.ETag);
        var after = await storage.SaveBytesAsync(Key, HybridWorld.Large(2));
        var isDone = false;
        await using var second = world.Open(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "catalog.Put asked" && !isDone)
                {
                    isDone = true;
                    other.RestoreAsync(Id, Key, after.ETag).GetAwaiter().GetResult();
                }
            },
        });

        Assert.That(await second.RestoreAsync(Id, Key, after.ETag), Is.True);

        Assert.That(isDone, Is.True);
        Assert.That(await storage.GetInfoAsync(Key), Is.EqualTo(before));
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
        await second.DropAsync(Id);
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Image_whose_content_is_lost_cannot_be_retained()
    {
        var world = new HybridWorld();
        await using var provider = world.Open();
        var storage = new ImageStorageManager(provider);
        var info = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        await world.Content.DeleteAsync(ContentReference.KeyOf((await world.StoredIdsAsync())[0]));

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => provider.RetainAsync(Id, Key, info.ETag));

        Assert.That(failure!.Key, Is.EqualTo((ImageKey?)Key));
        Assert.That(await provider.ListRetainedAsync(), Is.Empty);
    }

    private static async Task<bool> EndAtAsync(string operation, int moment)
    {
        var world = new HybridWorld();
        await using var provider = world.Open();
        var storage = new ImageStorageManager(provider);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        if (operation != "retain")
        {
            await provider.RetainAsync(Id, Key, before.ETag);
        }

        var current = operation == "restore" ? await storage.SaveBytesAsync(Key, HybridWorld.Large(2)) : before;
        string? end = null;
        await using (var dying = world.Open(new Moments { Reached = (number, name) => Throw(number == moment ? end = name : null) }))
        {
            try
            {
                await (operation switch
                {
                    "retain" => dying.RetainAsync(Id, Key, before.ETag),
                    "restore" => dying.RestoreAsync(Id, Key, current.ETag),
                    _ => dying.DropAsync(Id),
                });
            }
            catch (ProcessEndedException)
            {
                // No caller sees an exception of a dead process.
            }
        }

        await AssertWholeAsync(provider, storage, before, current, $"{operation} ended at {end}");
        if (operation == "restore" && (await storage.GetInfoAsync(Key))!.ETag == current.ETag)
        {
            Assert.That(await provider.RestoreAsync(Id, Key, current.ETag), Is.True);
        }

        await provider.DropAsync(Id);
        Assert.That(await provider.ListRetainedAsync(), Is.Empty, end);
        Assert.That(await world.Content.GetAbility<IVersionKeeper>()!.ListRetainedAsync(), Is.Empty, end);
        await world.AssertSoundAsync();
        return end is not null;
    }

    private static async Task AssertWholeAsync(HybridImageProvider provider, ImageStorageManager storage, ImageInfo before, ImageInfo current, string what)
    {
        var info = await storage.GetInfoAsync(Key);
        Assert.That(info, Is.EqualTo(before).Or.EqualTo(current), what);
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(info == before ? 1 : 2)), what);
        await using var retained = await provider.OpenRetainedAsync(Id);
        Assert.That(retained?.Info, Is.EqualTo(await provider.GetRetainedAsync(Id)), what);
        if (retained is not null)
        {
            using var bytes = new MemoryStream();
            await retained.Content.CopyToAsync(bytes);
            Assert.That((retained.Info, bytes.ToArray()), Is.EqualTo((before, HybridWorld.Large(1))), what);
        }
    }

    /// <summary>A catalog whose first retention takes effect, and is repeated after another write.</summary>
    private sealed class RepeatingCatalog(IImageProvider inner, Func<Task> between) : InterceptingImageProvider(inner)
    {
        public bool IsRepeated { get; private set; }

        protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
        {
            var result = await proceed(state, cancellationToken);
            if (intercepted.Operation != ProviderOperation.Retain || IsRepeated)
            {
                return result;
            }

            IsRepeated = true;
            await between();
            return await proceed(state, cancellationToken);
        }
    }

    private static void Throw(string? end)
    {
        if (end is not null)
        {
            throw new ProcessEndedException();
        }
    }

    [Test]
    public async Task Retention_that_is_overtaken_by_a_drop_has_its_content([Values] bool answered)
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var storage = new ImageStorageManager(other);
        var first = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        var isDropped = false;
        var moments = new Moments
        {
            Reached = (_, name) =>
            {
                if (name == (answered ? "catalog.Retain done" : "catalog.Retain asked") && !isDropped)
                {
                    isDropped = true;
                    other.DropAsync("bin-1").GetAwaiter().GetResult();
                }
            },
        };
        await using var slow = world.Open(moments);

        Assert.That(await slow.RetainAsync("bin-1", Key, first.ETag), Is.True);

        Assert.That(isDropped);
        var second = await storage.SaveBytesAsync(Key, HybridWorld.Large(2));
        Assert.That(await other.RestoreAsync("bin-1", Key, second.ETag), Is.True);
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
    }

    [Test]
    public async Task Drop_leaves_no_record_of_a_retention_in_between()
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var first = await new ImageStorageManager(other).SaveBytesAsync(Key, HybridWorld.Large(1));
        var isRetained = false;
        var moments = new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.Drop asked" && !isRetained)
                {
                    isRetained = true;
                    Assert.That(other.RetainAsync("bin-1", Key, first.ETag).GetAwaiter().GetResult(), Is.True);
                }
            },
        };
        await using var dropping = world.Open(moments);
        Assert.That(await other.RetainAsync("bin-1", Key, first.ETag), Is.True);

        Assert.That(await dropping.DropAsync("bin-1"), Is.True);

        Assert.That(isRetained);
        Assert.That(await other.GetRetainedAsync("bin-1"), Is.Null);
        Assert.That(await other.ListRetainedAsync(), Is.Empty);
    }

    [Test]
    public async Task Images_of_a_store_that_becomes_the_catalog_can_be_retained_restored_and_dropped()
    {
        var world = new HybridWorld();
        await using var plain = new ImageStorageManager(world.Catalog);
        var first = await plain.SaveBytesAsync(Key, HybridWorld.Small(1));
        var keeper = world.Catalog.GetAbility<IVersionKeeper>()!;
        Assert.That(await keeper.RetainAsync("tx-1", Key, first.ETag), Is.True);
        Assert.That(await keeper.RetainAsync("tx-2", Key, first.ETag), Is.True);
        await using var dropping = world.Open();
        Assert.That(await dropping.DropAsync("tx-2"), Is.True);
        await using var provider = world.Open();

        Assert.That(await provider.RetainAsync("bin-1", Key, first.ETag), Is.True);
        await provider.DeleteAsync(Key);
        Assert.That(await provider.RestoreAsync("tx-1", Key, null), Is.True);

        Assert.That(await plain.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Small(1)));
    }
}
