using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Management;

/// <summary>The free space of stores of two providers: the provider that is full first.</summary>
internal sealed class StorageSpaceTests
{
    private const string Down = "down";
    private const string Unknown = "unknown";

    private static readonly Dictionary<string, Action<ImageStorageBuilder, Func<IImageProvider>, Func<IImageProvider>>> Stores = new(StringComparer.Ordinal)
    {
        ["failover"] = (builder, one, other) => builder.UseProvider("One", _ => one()).WithFallback(part => part.UseProvider("Other", _ => other()), options => options.ReconcileInterval = null),
        ["mirror"] = (builder, one, other) => builder.UseProvider("One", _ => one()).WithMirror(part => part.UseProvider("Other", _ => other()), options => options.ReconcileInterval = null),
        ["hybrid"] = (builder, one, other) => builder.UseHybrid(part => part.UseProvider("One", _ => one()), part => part.UseProvider("Other", _ => other())),
        ["first"] = (builder, one, other) => builder.UseFirstAvailable(part => part.UseProvider("One", _ => one()), part => part.UseProvider("Other", _ => other())),
    };

    [TestCase("failover", "10", "5", 10L)]
    [TestCase("failover", Unknown, "5", null)]
    [TestCase("failover", Down, "5", Down)]
    [TestCase("mirror", "10", "5", 5L)]
    [TestCase("mirror", "5", "10", 5L)]
    [TestCase("mirror", Unknown, "10", 10L)]
    [TestCase("mirror", "10", Unknown, 10L)]
    [TestCase("mirror", Unknown, Unknown, null)]
    [TestCase("mirror", Down, "10", 10L)]
    [TestCase("mirror", "10", Down, 10L)]
    [TestCase("mirror", Down, Down, Down)]
    [TestCase("hybrid", "10", "5", 5L)]
    [TestCase("hybrid", "5", "10", 5L)]
    [TestCase("hybrid", Unknown, "10", 10L)]
    [TestCase("hybrid", "10", Unknown, 10L)]
    [TestCase("hybrid", "10", Down, Down)]
    [TestCase("first", "10", "5", 10L)]
    public async Task Free_space_is_that_of_the_provider_that_is_full_first(string store, string one, string other, object? expected)
    {
        var services = new ServiceCollection();
        Stores[store](services.AddImageStorage().WithResilience(options => options.MaxRetries = 0), () => new Spacious(one), () => new Spacious(other));
        await using var container = services.BuildServiceProvider();
        var space = container.GetRequiredService<IImageProvider>().GetAbility<IStorageSpace>()!;

        if (expected is Down)
        {
            Assert.That(() => space.GetAvailableBytesAsync(), Throws.InstanceOf<StorageUnavailableException>());
        }
        else
        {
            Assert.That(await space.GetAvailableBytesAsync(), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task Free_space_of_a_provider_without_the_ability_is_unknown()
    {
        using var provider = new InMemoryImageProvider();

        Assert.That(provider.GetAbility<IStorageSpace>(), Is.Null);
        Assert.That(await StorageSpace.OfAsync(provider, default), Is.Null);
    }

    /// <summary>A provider with some free space.</summary>
    private sealed class Spacious(string free) : DelegatingImageProvider(new InMemoryImageProvider()), IStorageSpace
    {
        public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) => free switch
        {
            Down => Task.FromException<long?>(new StorageUnavailableException("The medium is away.")),
            Unknown => Task.FromResult<long?>(null),
            _ => Task.FromResult<long?>(long.Parse(free, System.Globalization.CultureInfo.InvariantCulture)),
        };

        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => this as TAbility ?? base.GetAbility<TAbility>();
    }
}
