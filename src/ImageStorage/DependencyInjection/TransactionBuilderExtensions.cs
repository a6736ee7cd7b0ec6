using System.Diagnostics.CodeAnalysis;
using ImageStorage;
using ImageStorage.Transactions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds transactions to a store.</summary>
public static class TransactionBuilderExtensions
{
    /// <summary>
    /// Adds transactions to the store. Registers <see cref="IImageTransactions"/>, for a named store with its name as
    /// the key, and a hosted service that rolls back the transactions of dead processes at the start and in the
    /// background. Without a host, call <see cref="IImageTransactions.RecoverAsync"/> at the start.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">
    /// Sets the options; <see langword="null"/> for the defaults. A further call adds to the options.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is of a part of a store, such as a fallback.</exception>
    public static ImageStorageBuilder WithTransactions(this ImageStorageBuilder builder, Action<ImageTransactionsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TransactionFeature.Add(builder, configure);
        return builder;
    }

    /// <summary>
    /// Registers an action that transactions of the store can execute and compensate, also after a crash.
    /// </summary>
    /// <typeparam name="TAction">The type of the action, registered as a singleton.</typeparam>
    /// <param name="builder">The store.</param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder AddTransactionAction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAction>(this ImageStorageBuilder builder)
        where TAction : class, ITransactionAction
    {
        ArgumentNullException.ThrowIfNull(builder);
        TransactionFeature.Request(builder);
        builder.Services.AddKeyedSingleton<ITransactionAction, TAction>(builder.Name);
        return builder;
    }
}
