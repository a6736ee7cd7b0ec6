using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using ImageStorage.Store;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Transactions;

/// <summary>Registers the transactions of a store.</summary>
internal sealed class TransactionFeature : IStoreFeature
{
    public IReadOnlyList<string> Settings => [TransactionSettings.Section.Name];

    /// <summary>
    /// Adds the transactions that every store has for its moves. <see cref="Add"/> makes them available to the
    /// application.
    /// </summary>
    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        builder.AddOptions(TransactionSettings.Section, null);
        services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, name));
        services.TryAddKeyedSingleton<IImageMover>(name, (provider, _) => provider.GetRequiredKeyedService<ImageTransactions>(name));
        services.AddKeyedSingleton<IConditionSource>(name, (provider, _) => provider.GetRequiredKeyedService<ImageTransactions>(name).Alerts);
        services.AddSingleton<IHostedService>(provider => new LateService(() => CreateRecovery(provider, name)));
    }

    public void AddConfigured(ImageStorageBuilder builder)
    {
        if (SettingsReader.Has(builder.Registration.Configuration!, TransactionSettings.Section.Name))
        {
            Add(builder, null);
        }
    }

    /// <summary>
    /// Makes the transactions available to the application. A further call only adds <paramref name="configure"/>.
    /// </summary>
    public static void Add(ImageStorageBuilder builder, Action<ImageTransactionsOptions>? configure)
    {
        var (services, name) = (builder.Services, builder.Name);
        if (!builder.Registration.IsRoot)
        {
            throw new InvalidOperationException($"{builder.Registration.Described} is a part of a store, and transactions belong to the store: call WithTransactions on the store.");
        }

        builder.AddOptions(TransactionSettings.Section, configure);
        Request(builder);
        services.TryAddKeyedSingleton<IImageTransactions>(name, (provider, _) => provider.GetRequiredKeyedService<ImageTransactions>(name));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageTransactions>(name));
        }
    }

    /// <summary>Asks for recoveries at the interval, whether or not this process uses transactions.</summary>
    public static void Request(ImageStorageBuilder builder) => builder.Services.Configure<ImageTransactionsOptions>(builder.Name, options => options.IsRequested = true);

    private static TransactionRecoveryService CreateRecovery(IServiceProvider provider, string name)
    {
        var options = provider.OptionsOf<ImageTransactionsOptions>(name);
        return new TransactionRecoveryService(
            provider.GetRequiredKeyedService<ImageTransactions>(name), options.RecoveryInterval, provider.GetService<TimeProvider>() ?? TimeProvider.System, LoggerOf(provider), options.IsRequested);
    }

    private static ImageTransactions Create(IServiceProvider provider, string name) => new(new TransactionComponents(
        provider.GetRequiredKeyedService<IImageProvider>(name),
        provider.OptionsOf<ImageStorageOptions>(name),
        provider.OptionsOf<ImageTransactionsOptions>(name),
        provider.GetKeyedServices<ITransactionAction>(name),
        provider.GetService<TimeProvider>() ?? TimeProvider.System,
        provider.GetRequiredKeyedService<IStorageEventSink>(name),
        LoggerOf(provider)), provider.GetRequiredKeyedService<OperationRecorder>(name));

    private static ILogger LoggerOf(IServiceProvider provider) => (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Transactions");
}
