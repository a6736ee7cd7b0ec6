using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Management;

/// <summary>The capabilities of a store are those of its provider and its layers together.</summary>
internal sealed class CapabilitiesTests
{
    [Test]
    public void Store_over_a_provider_alone()
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());
        var capabilities = storage.Capabilities;

        Assert.That((capabilities.Batch, capabilities.Streaming), Is.EqualTo((true, true)));
        Assert.That((capabilities.Recoding, capabilities.Encryption, capabilities.SignedUrls, capabilities.Caching), Is.EqualTo((false, false, false, false)));
        Assert.That(capabilities.Transactions, Is.EqualTo(TransactionSupport.Atomic));
        Assert.That(capabilities.ToString(), Does.Contain("Transactions = Atomic"));
    }

    [Test]
    public async Task Cache_and_fallback_change_what_a_store_does()
    {
        await using var services = new ServiceCollection()
            .AddImageStorage("cached").UseInMemory().WithCache().Services
            .AddImageStorage("plain").UseInMemory().Services
            .BuildServiceProvider();

        Assert.That(services.GetRequiredKeyedService<IImageStorage>("cached").Capabilities, Has.Property("Caching").True.And.Property("Transactions").EqualTo(TransactionSupport.Atomic));
        Assert.That(services.GetRequiredKeyedService<IImageStorage>("plain").Capabilities.Caching, Is.False);
    }

    [TestCase(true, true, TransactionSupport.Atomic)]
    [TestCase(false, true, TransactionSupport.Journal)]
    [TestCase(false, false, TransactionSupport.None)]
    public void Transactions_follow_the_abilities(bool isAtomic, bool retains, TransactionSupport expected)
    {
        using var storage = new ImageStorageManager(new LimitedAbilities(isAtomic, retains));

        Assert.That(storage.Capabilities.Transactions, Is.EqualTo(expected));
    }

    // What a layer of a third party or of a later package says is what the store says.
    [Test]
    public void Layer_that_encrypts_or_recodes_says_so_to_the_application()
    {
        using var storage = new ImageStorageManager(new ChangingLayer(new InMemoryImageProvider()));

        Assert.That((storage.Capabilities.Encryption, storage.Capabilities.Recoding), Is.EqualTo((true, true)));
    }

    [TestCase(true, true, true)]
    [TestCase(true, false, false)]
    [TestCase(false, true, false)]
    public void Signed_urls_need_the_ability_and_the_capability(bool isCapable, bool isAble, bool expected)
    {
        using var storage = new ImageStorageManager(new SigningProvider(isCapable, isAble));

        Assert.That((storage.Capabilities.SignedUrls, storage.Capabilities.Provider.ReadUrls), Is.EqualTo((expected, expected)));
    }

    [Test]
    public void Layer_that_changes_the_stored_bytes_ends_signed_urls([Values] bool changesBytes)
    {
        using var storage = new ImageStorageManager(new WritingLayer(new SigningProvider(isCapable: true, isAble: true), changesBytes));

        Assert.That((storage.Capabilities.SignedUrls, storage.Capabilities.Provider.ReadUrls), Is.EqualTo((!changesBytes, !changesBytes)));
    }

    private sealed class ChangingLayer(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override ProviderCapabilities Capabilities => Inner.Capabilities with { Encryption = true, Recoding = true };
    }

    private sealed class WritingLayer(IImageProvider inner, bool changesBytes) : WriteLayer(inner)
    {
        protected override bool ChangesBytes => changesBytes;
    }

    private sealed class LimitedAbilities(bool isAtomic, bool retains) : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public override TAbility? GetAbility<TAbility>()
            where TAbility : class =>
            (typeof(TAbility) == typeof(IAtomicProvider) && !isAtomic) || (typeof(TAbility) == typeof(IVersionKeeper) && !retains) ? null : Inner.GetAbility<TAbility>();
    }

    private sealed class SigningProvider(bool isCapable, bool isAble) : DelegatingImageProvider(new InMemoryImageProvider()), IReadUrlProvider
    {
        public override ProviderCapabilities Capabilities => Inner.Capabilities with { ReadUrls = isCapable };

        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => isAble ? base.GetAbility<TAbility>() : Inner.GetAbility<TAbility>();

        public Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
