using ImageStorage.Diagnostics;
using ImageStorage.Providers;
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

    public void AddConfigured(ImageStorageBuilder builder)
    {
        if (SettingsReader.Has(builder.Registration.Configuration!, TransactionSettings.Section.Name))
        {
            Add(builder, null);
        }
    }

    /// <summary>Adds transactions to a store. A further call only adds <paramref name="configure"/>.</summary>
    public static void Add(ImageStorageBuilder builder, Action<ImageTransactionsOptions>? configure)
    {
        var (services, name) = (builder.Services, builder.Name);
        if (!builder.Registration.IsRoot)
        {
            throw new InvalidOperationException($"{builder.Registration.Described} is a part of a store, and transactions belong to the store: call WithTransactions on the store.");
        }

        builder.AddOptions(TransactionSettings.Section, configure);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(ImageTransactions) && Equals(service.ServiceKey, name)))
        {
            return;
        }

        services.AddKeyedSingleton(name, (provider, _) => Create(provider, name));
        services.TryAddKeyedSingleton<IImageTransactions>(name, (provider, _) => provider.GetRequiredKeyedService<ImageTransactions>(name));
        services.AddSingleton<IHostedService>(provider => new LateService(() => new TransactionRecoveryService(
            provider.GetRequiredKeyedService<ImageTransactions>(name),
            provider.OptionsOf<ImageTransactionsOptions>(name).RecoveryInterval,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            LoggerOf(provider))));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageTransactions>(name));
        }
    }

    private static ImageTransactions Create(IServiceProvider provider, string name) => new(new TransactionComponents(
        provider.GetRequiredKeyedService<IImageProvider>(name),
        provider.OptionsOf<ImageStorageOptions>(name),
        provider.OptionsOf<ImageTransactionsOptions>(name),
        provider.GetKeyedServices<ITransactionAction>(name),
        provider.GetService<TimeProvider>() ?? TimeProvider.System,
        provider.GetRequiredKeyedService<StorageEventQueue>(name),
        LoggerOf(provider)));

    private static ILogger LoggerOf(IServiceProvider provider) => (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Transactions");
}
