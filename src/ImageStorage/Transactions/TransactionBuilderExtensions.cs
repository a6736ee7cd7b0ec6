using System.Diagnostics.CodeAnalysis;
using ImageStorage.Events;
using ImageStorage.Management;
using ImageStorage.Providers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Transactions;

/// <summary>Adds transactions to a store.</summary>
public static class TransactionBuilderExtensions
{
    /// <summary>
    /// Adds transactions to the store. Registers <see cref="IImageTransactions"/>, for a named store with its name as the key, and a
    /// hosted service that rolls back the transactions of dead processes at the start and in the background. Without a host, call
    /// <see cref="IImageTransactions.RecoverAsync"/> at the start.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is of a part of a store.</exception>
    public static ImageStorageBuilder WithTransactions(this ImageStorageBuilder builder, Action<ImageTransactionsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, name) = (builder.Services, builder.Name);
        if (!builder.Registration.IsWhole)
        {
            throw new InvalidOperationException($"{builder.Registration.Described} is a part of a store, and transactions belong to the store: call WithTransactions on the store.");
        }

        builder.AddFeature(TransactionSettings.Feature, configure);
        StorageEventServices.Register(services, name);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(ImageTransactions) && Equals(service.ServiceKey, name)))
        {
            return builder;
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

        return builder;
    }

    /// <summary>Adds transactions to the store if its configuration has a section for them.</summary>
    internal static void AddConfiguredTransactions(this ImageStorageBuilder builder)
    {
        if (SettingsReader.Has(builder.Registration.Configuration!, TransactionSettings.Feature.Section))
        {
            builder.WithTransactions();
        }
    }

    /// <summary>Registers an action that transactions of the store can execute and compensate, also after a crash.</summary>
    /// <typeparam name="TAction">The type of the action, registered as a singleton.</typeparam>
    /// <param name="builder">The store.</param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder AddTransactionAction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAction>(this ImageStorageBuilder builder)
        where TAction : class, ITransactionAction
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton<ITransactionAction, TAction>(builder.Name);
        return builder;
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
