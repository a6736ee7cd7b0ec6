using ImageStorage.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Events;

/// <summary>The sink and the listeners of a store in the container.</summary>
internal sealed class EventRegistrationTests
{
    [Test]
    public async Task Application_publishes_an_event_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        var container = services.BuildServiceProvider();
        var seen = new List<StorageEvent>();
        container.GetRequiredService<IStorageEvents>().Subscribe(seen.Add);

        container.GetRequiredService<IStorageEventSink>().Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "ann" });
        await container.DisposeAsync();

        Assert.That(seen, Is.EqualTo(new[] { new Uploaded { At = DateTimeOffset.UnixEpoch, By = "ann" } }));
    }

    [Test]
    public async Task Each_store_has_a_sink_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        services.AddImageStorage("avatars").UseInMemory();
        services.AddKeyedSingleton<IStorageEventListener, Recorder>("avatars");
        await using var container = services.BuildServiceProvider();
        var (sink, ofAvatars) = (container.GetRequiredService<IStorageEventSink>(), container.GetRequiredKeyedService<IStorageEventSink>("avatars"));
        var recorder = (Recorder)container.GetRequiredKeyedService<IStorageEventListener>("avatars");

        Assert.That((sink.IsEnabled, ofAvatars.IsEnabled), Is.EqualTo((false, true)));
        Assert.That(sink, Is.SameAs(container.GetRequiredKeyedService<IStorageEventSink>(string.Empty)).And.SameAs(container.GetRequiredService<IStorageEvents>()));
        sink.Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "ann" });
        ofAvatars.Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "bob" });

        Assert.That(await recorder.First.Task, Is.EqualTo(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "bob" }));
    }

    // The store needs the queue of its events, and the listener needs the store.
    [Test]
    public async Task Listener_may_depend_on_the_store_and_save_images([Values] bool withHost)
    {
        void Configure(ImageStorageBuilder builder)
        {
            builder.UseInMemory();
            builder.Services.AddSingleton<IStorageEventListener, Stamping>();
        }

        var services = new ServiceCollection();
        Configure(services.AddImageStorage());
        await using var container = services.BuildServiceProvider();
        await using var store = await ImageStore.OpenAsync(Configure);
        T Resolve<T>()
            where T : class => withHost ? store.GetRequiredService<T>() : container.GetRequiredService<T>();

        Resolve<IStorageEventSink>().Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "ann" });
        await ((Stamping)Resolve<IStorageEventListener>()).HasSaved.Task;

        Assert.That(await Resolve<IImageStorage>().ExistsAsync("stamps/ann.png"), Is.True);
    }

    [Test]
    public async Task Listener_receives_the_queued_events_before_it_is_disposed([Values] bool isAsync)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        services.AddSingleton<IStorageEventListener, Closing>();
        var container = services.BuildServiceProvider();
        container.GetRequiredService<IStorageEventSink>().Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "ann" });
        var listener = (Closing)container.GetRequiredService<IStorageEventListener>();
        await listener.HasBegun.Task;
        container.GetRequiredService<IStorageEventSink>().Publish(new Uploaded { At = DateTimeOffset.UnixEpoch, By = "bob" });

        // The first event ends with the cancellation at the disposal, so the second is queued until then.
        if (isAsync)
        {
            await container.DisposeAsync();
        }
        else
        {
            container.Dispose();
        }

        Assert.That(listener.Seen, Is.EqualTo(new[] { "ann open", "bob open", "disposed" }));
    }

    [Test]
    public void Listener_that_cannot_be_created_ends_the_start() => Assert.That(
        () => ImageStore.OpenAsync(builder =>
        {
            builder.UseInMemory();
            builder.Services.AddSingleton<IStorageEventListener>(_ => throw new TimeZoneNotFoundException("no listener"));
        }),
        Throws.TypeOf<TimeZoneNotFoundException>());

    [Test]
    public void Null_event_is_refused()
    {
        using var queue = new StorageEventQueue([], Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Assert.That(() => queue.Publish(null!), Throws.ArgumentNullException);
    }

    private sealed record Uploaded : StorageEvent
    {
        public required string By { get; init; }
    }

    private sealed class Closing : IStorageEventListener, IDisposable
    {
        private bool _isDisposed;

        public List<string> Seen { get; } = [];

        public TaskCompletionSource HasBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            HasBegun.TrySetResult();
            var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = cancellationToken.Register(closing.SetResult);
            await closing.Task;
            Seen.Add($"{((Uploaded)occurred).By} {(_isDisposed ? "disposed" : "open")}");
        }

        public void Dispose()
        {
            _isDisposed = true;
            Seen.Add("disposed");
        }
    }

    private sealed class Recorder : IStorageEventListener
    {
        public TaskCompletionSource<StorageEvent> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            First.TrySetResult(occurred);
            return Task.CompletedTask;
        }
    }

    private sealed class Stamping(IImageStorage images) : IStorageEventListener
    {
        public TaskCompletionSource HasSaved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            if (occurred is Uploaded uploaded)
            {
                await images.SaveBytesAsync($"stamps/{uploaded.By}.png", Testing.SampleImages.OfLength(300, 1), cancellationToken: cancellationToken);
                HasSaved.SetResult();
            }
        }
    }
}
