using System.Text.RegularExpressions;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// The base of all fixtures of the conformance suite: creates a new, empty store for each test. Derive from the
/// fixtures, not from this class.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[TestFixture]
public abstract partial class ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private readonly List<IImageProvider> _opened = [];
    private THarness? _harness;
    private IImageProvider? _provider;
    private ImageStorageManager? _storage;

    /// <summary>Gets the store of the test.</summary>
    protected THarness Harness => _harness!;

    /// <summary>Gets the clock of the store. Only a test moves the clock.</summary>
    protected ManualClock Clock { get; private set; } = new();

    /// <summary>Gets the provider under test.</summary>
    protected IImageProvider Provider => _provider!;

    /// <summary>Gets the provider under test as applications use it.</summary>
    protected IImageStorage Storage => _storage!;

    /// <summary>
    /// Gets a value that indicates whether long lists of cases are reduced to cases of each kind
    /// (<see cref="RepresentativeCasesAttribute"/>).
    /// </summary>
    private protected static bool IsRepresentative { get; } = typeof(THarness).IsDefined(typeof(RepresentativeCasesAttribute), inherit: false);

    private protected ProviderCapabilities Capabilities => Provider.Capabilities;

    /// <summary>Gets a value indicating whether all tests of the fixture only read a store that is prepared once.</summary>
    private protected virtual bool OneStoreForAllTests => false;

    /// <summary>Returns why the provider may skip this fixture, or null when the provider must pass it.</summary>
    private protected virtual string? ReasonToSkip() => null;

    /// <summary>Fills the store before the first test, or before each test.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    [OneTimeSetUp]
    public async Task CheckSuiteAndOpenSharedStoreAsync()
    {
        ConformanceSuite.AssertComplete(GetType().Assembly, typeof(THarness));
        if (OneStoreForAllTests)
        {
            await OpenStoreAsync();
        }
    }

    [SetUp]
    public async Task OpenOwnStoreAsync()
    {
        if (!OneStoreForAllTests)
        {
            await OpenStoreAsync();
        }
    }

    [TearDown]
    public async Task CloseOwnStoreAsync()
    {
        if (!OneStoreForAllTests)
        {
            await CloseStoreAsync();
        }
    }

    [OneTimeTearDown]
    public Task CloseSharedStoreAsync() => CloseStoreAsync();

    /// <summary>Opens another provider object over the same store. The test disposes the object at its end.</summary>
    private protected async Task<IImageProvider> OpenAnotherAsync()
    {
        var provider = await Harness.OpenAsync(Clock);
        _opened.Add(provider);
        return provider;
    }

    /// <summary>
    /// Disposes all provider objects and opens a new one over the same store, as a new process would.
    /// </summary>
    private protected async Task ReopenAsync()
    {
        await DisposeProvidersAsync();
        _provider = await OpenAnotherAsync();
        _storage = StorageOver(_provider);
    }

    private protected ImageStorageManager StorageOver(IImageProvider provider, Action<ImageStorageOptions>? configure = null)
    {
        var options = new ImageStorageOptions();
        configure?.Invoke(options);
        return new ImageStorageManager(provider, options, Clock);
    }

    private protected static byte[] Image(int seed, int length = 0) => SampleImages.OfLength(length == 0 ? 200 + (seed % 97) : length, seed);

    private protected Task<ImageInfo> SaveAsync(ImageKey key, int seed = 0, SaveOptions? options = null) => Storage.SaveBytesAsync(key, Image(seed), options);

    /// <summary>Damages a stored image; ends the test as skipped if the harness cannot.</summary>
    private protected async Task DamageAsync(ImageKey key, StoreDamage damage)
    {
        var (isPossible, property) = damage == StoreDamage.Record
            ? (Harness.CanDamageRecord, nameof(ProviderHarness.CanDamageRecord))
            : (Harness.CanDamage, nameof(ProviderHarness.CanDamage));
        if (!isPossible)
        {
            Assert.Ignore($"{typeof(THarness).Name} cannot damage what is stored ({nameof(ProviderHarness)}.{property}).");
        }

        await Harness.DamageAsync(key, damage);
    }

    /// <summary>Saves several images concurrently and fails if a save fails.</summary>
    private protected async Task SaveAllAsync(IEnumerable<SaveRequest> requests)
    {
        var failed = (await Storage.SaveManyAsync(requests)).Where(result => !result.Succeeded).Select(result => $"'{result.Key}': {result.Error}").ToList();
        Assert.That(failed, Is.Empty, string.Join(Environment.NewLine, failed));
    }

    private protected static PutRequest PutOf(ImageKey key, byte[] image, ImageContent? content = null) => new()
    {
        Key = key,
        Content = content ?? new PieceContent(image, 4096),
        ContentType = "image/png",
        Width = 16,
        Height = 16,
    };

    /// <summary>Fails unless the image under the key has exactly these bytes, by every kind of read.</summary>
    private protected async Task AssertHoldsAsync(ImageKey key, byte[] expected, IImageStorage? storage = null)
    {
        storage ??= Storage;
        var info = await storage.GetInfoAsync(key);
        Assert.That(info, Is.Not.Null, $"There is no image '{key}'.");
        Assert.That(info!.Length, Is.EqualTo(expected.Length));
        Assert.That(await storage.GetBytesAsync(key) is { } bytes && bytes.AsSpan().SequenceEqual(expected), Is.True, $"Image '{key}' has other bytes than were saved.");
    }

    /// <summary>Returns the verification of the provider; ends the test as skipped if the provider cannot be verified.</summary>
    private protected IVerifiableProvider Verifiable()
    {
        if (Harness.HasUnavailablePart)
        {
            Assert.Ignore($"A part of {Provider.Name} is unavailable ({nameof(ProviderHarness)}.{nameof(ProviderHarness.HasUnavailablePart)}).");
        }

        if (Provider.GetAbility<IVerifiableProvider>() is { } verifiable)
        {
            return verifiable;
        }

        Assert.Ignore($"{Provider.Name} has no verification ({nameof(IVerifiableProvider)}).");
        throw new InvalidOperationException();
    }

    /// <summary>Fails if the verification of the provider, where it has one, finds any defect.</summary>
    private protected async Task AssertSoundAsync(IImageProvider provider)
    {
        if (Harness.HasUnavailablePart || provider.GetAbility<IVerifiableProvider>() is not { } verifiable)
        {
            return;
        }

        await foreach (var item in verifiable.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"'{item.Name}': {item.Detail}");
        }
    }

    /// <summary>Compares by span: NUnit's own comparison of large arrays takes half a second.</summary>
    private protected static void AssertBytes(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, string message = "The bytes differ from the saved bytes.") =>
        Assert.That(actual.SequenceEqual(expected), Is.True, message);

    private protected async Task AssertMissingAsync(ImageKey key, IImageStorage? storage = null)
    {
        storage ??= Storage;
        Assert.That(await storage.GetInfoAsync(key), Is.Null, $"There is a record of '{key}'.");
        await using var image = await storage.GetAsync(key);
        Assert.That(image, Is.Null, $"There is an image '{key}'.");
    }

    /// <summary>Checks P7: the failure has the right type and key, and a helpful message without secrets.</summary>
    private protected async Task<TException> AssertFailsAsync<TException>(ImageKey key, Func<Task> call)
        where TException : ImageStorageException
    {
        var failure = await CaughtAsync(call);
        Assert.That(failure, Is.TypeOf<TException>());
        var typed = (TException)failure!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(typed.Key, Is.EqualTo(key), "The exception does not name the key.");
            Assert.That(typed.Message, Does.Contain(key.Value), "The message does not name the key.");
            AssertGivesNothingAway(typed.Message);
        }

        return typed;
    }

    private protected static async Task<Exception?> CaughtAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception exception)
        {
            // The boundary of the call under test: the test examines every exception.
            return exception;
        }
    }

    private protected void AssertGivesNothingAway(string message)
    {
        Assert.That(AbsolutePath().IsMatch(message), Is.False, $"The message shows an absolute path: {message}");
        foreach (var secret in Harness.Secrets)
        {
            Assert.That(message, Does.Not.Contain(secret), "The message shows a secret of the harness.");
        }
    }

    [GeneratedRegex("""(^|[\s'"(])(/(tmp|home|root|var|usr|mnt|work|Users|private)/|[A-Za-z]:\\|\\\\)""")]
    private static partial Regex AbsolutePath();

    private async Task OpenStoreAsync()
    {
        Clock = new ManualClock();
        _harness = new THarness();
        _provider = await OpenAnotherAsync();
        _storage = StorageOver(_provider);
        if (ReasonToSkip() is { } reason)
        {
            Assert.Ignore(reason);
        }

        await PrepareAsync();
    }

    private async Task CloseStoreAsync()
    {
        await DisposeProvidersAsync();
        if (_harness is { } harness)
        {
            _harness = null;
            await harness.DisposeAsync();
        }
    }

    private async Task DisposeProvidersAsync()
    {
        foreach (var provider in _opened)
        {
            await provider.DisposeAsync();
        }

        _opened.Clear();
    }
}
