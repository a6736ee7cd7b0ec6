using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/transactions.md, and that it does what the page says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TransactionsSnippets : IDisposable
{
    private readonly TemporaryCurrentFolder _folder = new();
    private readonly Billing _billing = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Delegate_collects_steps_that_are_committed_together()
    {
        using var host = Build();
        var images = host.Services.GetRequiredService<IImageStorage>();
        var transactions = host.Services.GetRequiredService<IImageTransactions>();
        await images.SaveBytesAsync("cats/index.jpg", SampleImages.Jpeg());
        await images.SaveBytesAsync("cats/old.jpg", SampleImages.Jpeg());
        using var photo = new MemoryStream(SampleImages.Jpeg(seed: 1));
        using var thumbnail = new MemoryStream(SampleImages.Jpeg(8, 8));

        var result = await transactions.ExecuteAsync(async tx =>
        {
            tx.Save("cats/tom.jpg", photo);
            tx.Save("cats/tom.thumb.jpg", thumbnail);
            if (await images.GetInfoAsync("cats/index.jpg") is { } index)
            {
                tx.Update("cats/index.jpg", new ImageUpdate { Tags = ["tom"], Precondition = new IfMatch(index.ETag) });
            }

            tx.Delete("cats/old.jpg");
            tx.Append(new HistoryEntry { Mode = "upload", Keys = ["cats/tom.jpg"] });
            tx.Run("billing", """{"order":42}""");
        });

        Assert.That(result.Steps.Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
        Assert.That(await images.GetBytesAsync("cats/tom.jpg"), Is.EqualTo(SampleImages.Jpeg(seed: 1)));
        Assert.That((await images.GetInfoAsync("cats/index.jpg"))!.Tags, Is.EqualTo(new[] { "tom" }));
        Assert.That(await images.GetInfoAsync("cats/old.jpg"), Is.Null);
        Assert.That(_billing.Orders, Is.EqualTo(new[] { """{"order":42}""" }));
    }

    [Test]
    public async Task Steps_can_be_passed_as_values()
    {
        using var host = Build();
        var transactions = host.Services.GetRequiredService<IImageTransactions>();
        using var photo = new MemoryStream(SampleImages.Jpeg());

        await transactions.ExecuteAsync(
        [
            new SaveStep(new SaveRequest("cats/tom.jpg", photo)),
            new AppendStep(new HistoryEntry { Mode = "upload", Keys = ["cats/tom.jpg"] }),
        ]);

        Assert.That(await host.Services.GetRequiredService<IImageStorage>().GetInfoAsync("cats/tom.jpg"), Is.Not.Null);
    }

    [Test]
    public async Task Images_and_the_transaction_have_options()
    {
        using var host = Build();
        var transactions = host.Services.GetRequiredService<IImageTransactions>();
        using var photo = new MemoryStream(SampleImages.Jpeg());
        await File.WriteAllBytesAsync("thumbnail.jpg", SampleImages.Jpeg(8, 8));
        var cancellationToken = CancellationToken.None;

        await transactions.ExecuteAsync(
            tx =>
            {
                tx.Save("cats/tom.jpg", photo, new SaveOptions { ContentType = "image/jpeg", Tags = ["cat"] });
                tx.Save(new SaveRequest(
                    "cats/tom.thumb.jpg",
                    _ => ValueTask.FromResult<Stream>(File.OpenRead("thumbnail.jpg")),
                    new SaveOptions { Precondition = IfNoneMatch.Any }));
                return Task.CompletedTask;
            },
            new TransactionOptions { Timeout = TimeSpan.FromMinutes(2) },
            cancellationToken);

        var images = host.Services.GetRequiredService<IImageStorage>();
        Assert.That((await images.GetInfoAsync("cats/tom.jpg"))!.Tags, Is.EqualTo(new[] { "cat" }));
        Assert.That(await images.GetBytesAsync("cats/tom.thumb.jpg"), Is.EqualTo(SampleImages.Jpeg(8, 8)));
    }

    [Test]
    public async Task Transient_failure_leaves_nothing_and_can_be_repeated()
    {
        using var host = Build();
        var images = host.Services.GetRequiredService<IImageStorage>();
        var transactions = host.Services.GetRequiredService<IImageTransactions>();
        var retryLater = new List<IReadOnlyList<TransactionStep>>();
        IReadOnlyList<TransactionStep> steps =
        [
            new SaveStep(new SaveRequest("cats/tom.jpg", _ => ValueTask.FromResult<Stream>(new MemoryStream(SampleImages.Jpeg())))),
            new ActionStep("billing", "42"),
            new CustomStep(_ => Task.FromException(new StorageUnavailableException("The database is down.")), _ => Task.CompletedTask),
        ];

        try
        {
            await transactions.ExecuteAsync(steps);
        }
        catch (TransactionFailedException failure) when (failure.IsTransient)
        {
            // Nothing is left of the transaction, and the same call may succeed later.
            retryLater.Add(steps);
        }

        Assert.That(retryLater, Is.EqualTo(new[] { steps }));
        Assert.That(await images.GetInfoAsync("cats/tom.jpg"), Is.Null);
        Assert.That(_billing.Orders, Is.Empty);
    }

    [Test]
    public async Task Delegate_that_has_ended_takes_no_more_steps()
    {
        using var host = Build();
        ImageTransaction? ended = null;
        await host.Services.GetRequiredService<IImageTransactions>().ExecuteAsync(tx =>
        {
            ended = tx.Delete("cats/tom.jpg");
            return Task.CompletedTask;
        });

        Assert.That(() => ended!.Delete("cats/tim.jpg"), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Store_has_transactions_by_configuration()
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(GuideJson.Of("transactions"))
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ImageStorage:Providers:main:Type"] = "FileSystem",
                ["ImageStorage:Providers:main:Path"] = "images",
            }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();
        await using var container = services.BuildServiceProvider();

        var result = await container.GetRequiredService<IImageTransactions>().ExecuteAsync([new DeleteStep("cats/tom.jpg")]);

        Assert.That(result.Steps.Single().Status, Is.EqualTo(TransactionStepStatus.Done));
    }

    [Test]
    public void Defaults_are_those_of_the_page()
    {
        var (one, store) = (new TransactionOptions(), new ImageTransactionsOptions());

        Assert.That(
            (one.Timeout, one.Retries, one.RetryDelay, one.ContentionTimeout, one.MaxConcurrency),
            Is.EqualTo((TimeSpan.FromSeconds(30), 2, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), 8)));
        Assert.That((store.LeaseDuration, store.RecoveryInterval), Is.EqualTo((TimeSpan.FromSeconds(30), (TimeSpan?)TimeSpan.FromSeconds(15))));
    }

    private IHost Build()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(_billing);

        builder.Services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithTransactions()
            .AddTransactionAction<BillingAction>();

        return builder.Build();
    }
}
