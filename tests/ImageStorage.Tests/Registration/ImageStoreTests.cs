using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Registration;

/// <summary>A store without a host makes the same checks, runs the same background work, and cleans up after itself.</summary>
public class ImageStoreTests
{
    private readonly List<string> _order = [];

    [Test]
    public async Task Opened_store_saves_and_reads()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithCache());

        await store.Images.SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That(await store.Images.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.Png()));
        Assert.That(store.ToString(), Is.EqualTo($"{store.Images}").And.Contain("InMemory"));
    }

    [Test]
    public async Task Optional_service_is_given_where_the_store_has_it()
    {
        await using var plain = await ImageStore.OpenAsync(builder => builder.UseInMemory());
        await using var rich = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithCache().WithTransactions());

        Assert.That(plain.GetService<IImageHistory>(), Is.Not.Null);
        Assert.That(plain.GetService<IStorageHealth>(), Is.Not.Null);
        Assert.That((plain.GetService<IImageCache>(), plain.GetService<IImageTransactions>(), plain.GetService<IStorageFailover>()), Is.EqualTo(((IImageCache?)null, (IImageTransactions?)null, (IStorageFailover?)null)));
        Assert.That((rich.GetService<IImageCache>(), rich.GetService<IImageTransactions>()), Is.Not.EqualTo(((IImageCache?)null, (IImageTransactions?)null)));
        Assert.That(() => plain.GetRequiredService<IStorageFailover>(), Throws.InvalidOperationException.With.Message.Contains("has no IStorageFailover").And.Message.Contains("WithFallback"));
        Assert.That(() => plain.GetRequiredService<IImageTransactions>(), Throws.InvalidOperationException.With.Message.Contains("call WithTransactions()"));
        Assert.That(() => plain.GetRequiredService<IImageCache>(), Throws.InvalidOperationException.With.Message.Contains("call WithCache()"));
    }

    [Test]
    public void Options_that_are_not_valid_end_the_opening_as_they_end_the_start_of_a_host() => Assert.That(
        () => ImageStore.OpenAsync(builder => builder.UseInMemory().WithValidation(validation => validation.MaxPixels = 0)),
        Throws.TypeOf<OptionsValidationException>().With.Message.Contains("MaxPixels"));

    [Test]
    public void Store_without_a_provider_is_refused() => Assert.That(() => ImageStore.OpenAsync(_ => { }), Throws.TypeOf<OptionsValidationException>());

    [Test]
    public void Providers_that_do_not_belong_together_end_the_opening_and_are_closed()
    {
        var clock = TimeProvider.System;
        var (first, second) = (new TestPart("First", clock), new TestPart("First", clock));
        var same = new TestPart(first);

        Assert.That(
            () => ImageStore.OpenAsync(builder => builder.UseProvider("First", _ => Watched(first.Open())).WithFallback(part => part.UseProvider("Second", _ => Watched(same.Open())))),
            Throws.InstanceOf<ImageStorageException>());
        Assert.That(_order, Is.EqualTo(new[] { "closed", "closed" }));
        Assert.That(second, Is.Not.Null);
    }

    [Test]
    public async Task Background_services_start_in_order_and_stop_in_reverse_before_the_provider_is_closed()
    {
        var store = await ImageStore.OpenAsync(builder =>
        {
            builder.UseProvider("Watched", _ => Watched(new InMemoryImageProvider()));
            builder.Services.AddSingleton<IHostedService>(new Service(_order, "one", fails: false));
            builder.Services.AddSingleton<IHostedService>(new Service(_order, "two", fails: false));
        });

        await store.DisposeAsync();
        await store.DisposeAsync();

        Assert.That(_order, Is.EqualTo(new[] { "one starts", "two starts", "two stops", "one stops", "closed" }));
        Assert.That(() => store.Images, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => store.GetService<IImageHistory>(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Service_that_fails_to_start_ends_the_opening_and_stops_the_others()
    {
        Assert.That(
            () => ImageStore.OpenAsync(builder =>
            {
                builder.UseProvider("Watched", _ => Watched(new InMemoryImageProvider()));
                builder.Services.AddSingleton<IHostedService>(new Service(_order, "one", fails: false));
                builder.Services.AddSingleton<IHostedService>(new Service(_order, "two", fails: true));
            }),
            Throws.TypeOf<InvalidTimeZoneException>());
        Assert.That(_order, Is.EqualTo(new[] { "one starts", "one stops", "closed" }));
    }

    [Test]
    public void Cancelled_opening_opens_nothing() => Assert.That(
        () => ImageStore.OpenAsync(_ => _order.Add("configured"), new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>().And.Matches<Exception>(_ => _order.Count == 0));

    [SetUp]
    public void Clear() => _order.Clear();

    private WatchedProvider Watched(IImageProvider provider) => new(provider, _order);

    private sealed class WatchedProvider(IImageProvider inner, List<string> order) : DelegatingImageProvider(inner)
    {
        public override ValueTask DisposeAsync()
        {
            order.Add("closed");
            return base.DisposeAsync();
        }
    }

    private sealed class Service(List<string> order, string name, bool fails) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (fails)
            {
                throw new InvalidTimeZoneException();
            }

            order.Add($"{name} starts");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            order.Add($"{name} stops");
            return Task.CompletedTask;
        }
    }
}
