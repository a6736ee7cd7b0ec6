using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Transactions.Tests;

/// <summary>Every way to write an image publishes its event, on every composition of providers.</summary>
internal sealed class ImageEventsTests
{
    private static readonly TransactionOptions Once = new() { Retries = 0, MaxConcurrency = 1 };

    private static readonly Dictionary<string, Action<ImageStorageBuilder, Func<TestStore, Func<IServiceProvider, Providers.IImageProvider>>>> Stores = new()
    {
        ["memory"] = (builder, open) => builder.UseProvider("Memory", open(new MemoryTestStore())),
        ["folder"] = (builder, open) => builder.UseProvider("Folder", open(new FolderStore())),
        ["database"] = (builder, open) => builder.UseProvider("Database", open(new DatabaseStore())),
        ["folder with cache"] = (builder, open) => builder.UseProvider("Folder", open(new FolderStore())).WithCache(),
        ["hybrid"] = (builder, open) => builder.UseHybrid(part => part.UseProvider("Database", open(new DatabaseStore())), part => part.UseProvider("Folder", open(new FolderStore())), inlineLimit: 400),
        ["folder with fallback"] = (builder, open) => builder.UseProvider("Folder", open(new FolderStore())).WithFallback(part => part.UseProvider("Folder", open(new FolderStore())), options => options.ReconcileInterval = null),
        ["database with fallback"] = (builder, open) => builder.UseProvider("Database", open(new DatabaseStore())).WithFallback(part => part.UseProvider("Folder", open(new FolderStore())), options => options.ReconcileInterval = null),
        ["folder with mirror"] = (builder, open) => builder.UseProvider("Folder", open(new FolderStore())).WithMirror(part => part.UseProvider("Folder", open(new FolderStore())), options => options.ReconcileInterval = null),
    };

    // Three images a, b, c exist. The expected events: + for a saved image, - for a deleted image.
    private static readonly Dictionary<string, (Func<ImageStore, Task> Write, string Events)> Writes = new()
    {
        ["save"] = (store => store.Images.SaveBytesAsync("new.png", Image(9)), "+new.png"),
        ["overwrite"] = (store => store.Images.SaveBytesAsync("a.png", Image(9)), "+a.png"),
        ["save of a large image"] = (store => store.Images.SaveBytesAsync("a.png", Image(9, 600_000)), "+a.png"),
        ["batch"] = (store => store.Images.SaveManyAsync([Request("new.png", Image(9))]), "+new.png"),
        ["update"] = (store => store.Images.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }), "+a.png"),
        ["copy"] = (store => store.Images.CopyAsync("a.png", "new.png"), "+new.png"),
        ["copy over another image"] = (store => store.Images.CopyAsync("a.png", "b.png"), "+b.png"),
        ["delete"] = (store => store.Images.DeleteAsync("a.png"), "-a.png"),
        ["delete of a missing image"] = (store => store.Images.DeleteAsync("missing.png"), ""),
        ["refused save"] = (store => FailAsync<ImageConflictException>(() => store.Images.SaveBytesAsync("a.png", Image(9), new SaveOptions { Precondition = IfNoneMatch.Any })), ""),
        ["save from a broken source"] = (store => FailAsync<ImageSourceException>(() => store.Images.SaveAsync("a.png", new BrokenStream())), ""),
        ["clean-up"] = (store => store.Images.CleanupAsync(new CleanupOptions { MaxCount = 0, Prefix = "a" }), "-a.png"),
    };

    private static IEnumerable<string> StoreNames => Stores.Keys;

    private static IEnumerable<string> StoresWithTransactions => Stores.Keys;

    private static IEnumerable<string> WriteNames => Writes.Keys;

    [Test]
    public async Task Write_publishes_its_events([ValueSource(nameof(StoreNames))] string kind, [ValueSource(nameof(WriteNames))] string write) =>
        Assert.That(Text((await UseAsync(kind, Writes[write].Write)).Events), Is.EqualTo(Writes[write].Events));

    [Test]
    public async Task Transaction_publishes_the_events_of_its_steps([ValueSource(nameof(StoresWithTransactions))] string kind)
    {
        var use = await UseAsync(kind, store => RunAsync(store, new SaveStep(Request("new.png", Image(9))), new UpdateStep("a.png", new ImageUpdate { Tags = ["x"] }), new DeleteStep("b.png")));

        Assert.That(Text(use.Events), Is.EqualTo("+new.png +a.png -b.png"));
    }

    // A move is a transaction of a copy and a delete.
    [Test]
    public async Task Move_publishes_the_copy_and_the_deletion([ValueSource(nameof(StoresWithTransactions))] string kind)
    {
        var use = await UseAsync(kind, store => store.Images.MoveAsync("a.png", "b.png"));

        Assert.That(Text(use.Events).Split(' '), Is.EquivalentTo(new[] { "+b.png", "-a.png" }));
        Assert.That(Replay(use.Before, use.Events), Is.EquivalentTo(use.After));
    }

    [Test]
    public async Task Copies_and_moves_of_a_transaction_publish_their_events([ValueSource(nameof(StoresWithTransactions))] string kind)
    {
        var use = await UseAsync(kind, store => RunAsync(store, new CopyStep("a.png", "copy.png"), new MoveStep("b.png", "moved.png")));

        Assert.That(Text(use.Events).Split(' '), Is.EquivalentTo(new[] { "+copy.png", "+moved.png", "-b.png" }));
        Assert.That(Replay(use.Before, use.Events), Is.EquivalentTo(use.After));
    }

    // An atomic commit has written nothing. A saga has written, and its compensations publish the way back.
    [Test]
    public async Task Rolled_back_transaction_leaves_events_that_agree_with_the_store([ValueSource(nameof(StoresWithTransactions))] string kind)
    {
        var use = await UseAsync(kind, store => FailAsync<TransactionFailedException>(() => RunAsync(
            store,
            new SaveStep(Request("new.png", Image(9))),
            new UpdateStep("a.png", new ImageUpdate { Tags = ["x"] }),
            new SaveStep(Request("b.png", Image(9))),
            new DeleteStep("c.png"),
            new CustomStep(_ => throw new TimeZoneNotFoundException("no"), _ => Task.CompletedTask))));

        Assert.That(Replay(use.Before, use.Events), Is.EquivalentTo(use.After));
        Assert.That(use.After.Keys, Is.EquivalentTo(use.Before.Keys));
        TestContext.Out.WriteLine(Text(use.Events));
    }

    [Test]
    public async Task Events_tell_the_state_of_the_store([ValueSource(nameof(StoresWithTransactions))] string kind, [Values(1, 2)] int seed)
    {
        TestContext.Out.WriteLine($"Seed: {seed}");
        var random = new Random(seed);
        var use = await UseAsync(kind, async store =>
        {
            for (var i = 0; i < 40; i++)
            {
                await ActAsync(store, random);
            }
        });

        Assert.That(Replay(use.Before, use.Events), Is.EquivalentTo(use.After));
    }

    // The layer of events, which every store has, must not turn a copy into a read and a save.
    [Test]
    public async Task Copy_stays_inside_the_provider([Values] bool isListened, [Values] bool withFallback, [Values] bool withCache)
    {
        var calls = new List<Providers.ProviderOperation>();
        await using var store = await ImageStore.OpenAsync(builder =>
        {
            builder.UseProvider("Memory", _ => new FaultInjectingProvider(new Providers.InMemoryImageProvider(), call =>
            {
                calls.Add(call.Operation);
                return null;
            }));
            _ = withFallback ? builder.WithFallback(part => part.UseInMemory(), options => options.ReconcileInterval = null) : builder;
            _ = withCache ? builder.WithCache() : builder;
        });
        using var subscription = isListened ? store.GetRequiredService<IStorageEvents>().Subscribe(_ => { }) : null;
        await store.Images.SaveBytesAsync("a.png", Image(1));
        calls.Clear();

        await store.Images.CopyAsync("a.png", "b.png");

        Assert.That(calls, Has.Member(Providers.ProviderOperation.Copy).And.No.Member(Providers.ProviderOperation.OpenRead).And.No.Member(Providers.ProviderOperation.Put));
    }

    // A replay gives an image a new version on the primary.
    [Test]
    public async Task Writes_of_an_outage_publish_their_events_when_acknowledged_and_when_replayed()
    {
        var isDown = false;
        await using var primary = new FolderStore();
        await using var fallback = new FolderStore();
        var events = new List<StorageEvent>();
        Dictionary<ImageKey, ImageETag> during, after;
        await using (var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => new FaultInjectingProvider(
                primary.Open(TimeProvider.System), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
            .WithResilience(options => options.MaxRetries = 0)
            .WithFallback(part => part.UseProvider("Folder", _ => fallback.Open(TimeProvider.System)), options => options.ReconcileInterval = null)))
        {
            await store.Images.SaveBytesAsync("a.png", Image(1));
            await store.Images.SaveBytesAsync("b.png", Image(2));
            store.GetRequiredService<IStorageEvents>().Subscribe(events.Add);
            isDown = true;
            during = new() { ["a.png"] = (await store.Images.SaveBytesAsync("a.png", Image(3))).ETag };
            await store.Images.DeleteAsync("b.png");
            isDown = false;
            await store.GetRequiredService<IStorageFailover>().ReconcileAsync();
            after = await StateOfAsync(store);
        }

        var ofImages = events.Where(occurred => occurred is ImageSaved or ImageDeleted).ToList();
        Assert.That(Text(ofImages.Take(2)), Is.EqualTo("+a.png -b.png"));
        Assert.That(Text(ofImages.Skip(2)), Is.EqualTo("+a.png"));
        Assert.That(Replay([], ofImages.Take(2)), Is.EquivalentTo(during));
        Assert.That(Replay([], ofImages), Is.EquivalentTo(after));
    }

    [Test]
    public async Task Writes_before_a_subscription_publish_nothing_and_later_writes_do()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory());
        await store.Images.SaveBytesAsync("before.png", Image(1));
        var told = new TaskCompletionSource<StorageEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = store.GetRequiredService<IStorageEvents>().Subscribe(occurred => told.TrySetResult(occurred));

        var saved = await store.Images.SaveBytesAsync("after.png", Image(2));

        Assert.That(await told.Task, Is.InstanceOf<ImageSaved>().With.Property(nameof(ImageSaved.Info)).EqualTo(saved));
    }

    // The listener's own save publishes an event, too. It ends because the listener leaves out its own images.
    [Test]
    public async Task Listener_saves_an_image_for_each_saved_image()
    {
        var listener = new Thumbnails();
        await using var store = await ImageStore.OpenAsync(builder =>
        {
            builder.UseInMemory();
            builder.Services.AddSingleton<IStorageEventListener>(services => listener.Over(services.GetRequiredService<IImageStorage>()));
        });

        await store.Images.SaveManyAsync(Enumerable.Range(0, 20).Select(i => Request($"{i}.png", Image(i))));
        await listener.HasSeenAsync(40);

        Assert.That((await store.Images.ListAsync(new ImageQuery { Limit = 100 })).Items, Has.Count.EqualTo(40));
    }

    // A listener that never ends delays neither saves nor reads, although the queue of events overflows.
    [Test]
    public async Task Blocked_listener_delays_no_write()
    {
        using var mayContinue = new ManualResetEventSlim();
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory());
        using var subscription = store.GetRequiredService<IStorageEvents>().Subscribe(_ => mayContinue.Wait());

        for (var i = 0; i < 1100; i++)
        {
            await store.Images.SaveBytesAsync("a.png", Image(1));
        }

        Assert.That(await store.Images.ExistsAsync("a.png"), Is.True);
        mayContinue.Set();
    }

    [Test]
    public async Task Listener_that_throws_fails_no_write()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory());
        using var subscription = store.GetRequiredService<IStorageEvents>().Subscribe(_ => throw new TimeZoneNotFoundException("no"));

        Assert.That(() => store.Images.SaveBytesAsync("a.png", Image(1)), Throws.Nothing);
    }

    private static Task ActAsync(ImageStore store, Random random)
    {
        ImageKey Any() => $"{(char)('a' + random.Next(5))}.png";
        SaveStep Save() => new(Request(Any(), Image(random.Next(100), random.Next(4) == 0 ? 50_000 : 300)));
        return random.Next(6) switch
        {
            0 => store.Images.SaveBytesAsync(Any(), Image(random.Next(100))),
            1 => store.Images.DeleteAsync(Any()),
            2 => Allow<ImageNotFoundException>(() => store.Images.UpdateAsync(Any(), new ImageUpdate { Tags = [$"{random.Next(100)}"] })),
            3 => Allow<TransactionFailedException>(() => RunAsync(store, Save(), new DeleteStep(Any()))),
            4 => Allow<TransactionFailedException>(() => RunAsync(store, Save(), new DeleteStep(Any()), new CustomStep(_ => throw new TimeZoneNotFoundException("no"), _ => Task.CompletedTask))),
            _ => store.Images.CleanupAsync(new CleanupOptions { MaxCount = 3 }),
        };
    }

    private static async Task Allow<TException>(Func<Task> act)
        where TException : Exception
    {
        try
        {
            await act();
        }
        catch (TException)
        {
            // A random step may find no image, or the image of an earlier step of the same transaction.
        }
        catch (ImageValidationException)
        {
            // Two steps for one image.
        }
    }

    private static async Task FailAsync<TException>(Func<Task> act)
        where TException : Exception => await Assert.ThatAsync(act, Throws.InstanceOf<TException>());

    private static Task<TransactionResult> RunAsync(ImageStore store, params TransactionStep[] steps) => store.GetRequiredService<IImageTransactions>().ExecuteAsync(steps, Once);

    private static SaveRequest Request(ImageKey key, byte[] image) => new(key, _ => new(new MemoryStream(image)));

    private static byte[] Image(int seed, int length = 300) => SampleImages.OfLength(length, seed);

    private static string Text(IEnumerable<StorageEvent> events) => string.Join(' ', events.Select(occurred => occurred switch
    {
        ImageSaved saved => $"+{saved.Info.Key}",
        ImageDeleted deleted => $"-{deleted.Key}",
        _ => occurred.GetType().Name,
    }));

    /// <summary>Returns the images that exist after the events, with their versions.</summary>
    private static Dictionary<ImageKey, ImageETag> Replay(Dictionary<ImageKey, ImageETag> before, IEnumerable<StorageEvent> events)
    {
        var images = new Dictionary<ImageKey, ImageETag>(before);
        foreach (var occurred in events)
        {
            switch (occurred)
            {
                case ImageSaved saved:
                    images[saved.Info.Key] = saved.Info.ETag;
                    break;
                case ImageDeleted deleted:
                    images.Remove(deleted.Key);
                    break;
            }
        }

        return images;
    }

    /// <summary>Uses a store with three images.</summary>
    private static async Task<(Dictionary<ImageKey, ImageETag> Before, List<StorageEvent> Events, Dictionary<ImageKey, ImageETag> After)> UseAsync(string kind, Func<ImageStore, Task> use)
    {
        var parts = new List<TestStore>();
        var events = new List<StorageEvent>();
        Dictionary<ImageKey, ImageETag> before, after;
        await using (var store = await OpenAsync(kind, parts))
        {
            foreach (var key in new[] { "a.png", "b.png", "c.png" })
            {
                await store.Images.SaveBytesAsync(key, Image(1));
            }

            before = await StateOfAsync(store);
            store.GetRequiredService<IStorageEvents>().Subscribe(events.Add);
            await use(store);
            after = await StateOfAsync(store);
        }

        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }

        // The disposal of the store has delivered all events.
        return (before, events, after);
    }

    private static Task<ImageStore> OpenAsync(string kind, List<TestStore> parts)
    {
        var clock = new ManualClock();
        return ImageStore.OpenAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            Stores[kind](builder, part =>
            {
                parts.Add(part);
                return _ => part.Open(clock);
            });
            if (StoresWithTransactions.Contains(kind))
            {
                builder.WithTransactions(options => options.RecoveryInterval = null);
            }
        });
    }

    private static async Task<Dictionary<ImageKey, ImageETag>> StateOfAsync(ImageStore store) =>
        (await store.Images.ListAsync(new ImageQuery { Limit = 100 })).Items.ToDictionary(info => info.Key, info => info.ETag);

    private sealed class Thumbnails : IStorageEventListener
    {
        private readonly SemaphoreSlim _seen = new(0);
        private IImageStorage? _images;

        public Thumbnails Over(IImageStorage images)
        {
            _images = images;
            return this;
        }

        public async Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            if (occurred is ImageSaved saved && !saved.Info.Key.Value.StartsWith("thumbnails/", StringComparison.Ordinal))
            {
                await _images!.SaveBytesAsync($"thumbnails/{saved.Info.Key}", Image(7), cancellationToken: cancellationToken);
            }

            _seen.Release();
        }

        public async Task HasSeenAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _seen.WaitAsync();
            }
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => throw new IOException("broken");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken");
    }
}
