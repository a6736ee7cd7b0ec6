using System.Diagnostics.CodeAnalysis;
using ImageStorage;
using ImageStorage.Transactions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives a store transactions.</summary>
public static class TransactionBuilderExtensions
{
    /// <summary>
    /// Registers <see cref="IImageTransactions"/> for the store, with the name of the store as key for a named store, and a hosted service that recovers the transactions of
    /// processes that have ended, at start and then in the background. Without a host, call <see cref="IImageTransactions.RecoverAsync"/> at start.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options; null for the defaults. A further call adds to the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is that of a part of a store, such as a fallback.</exception>
    public static ImageStorageBuilder WithTransactions(this ImageStorageBuilder builder, Action<ImageTransactionsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TransactionFeature.Add(builder, configure);
        return builder;
    }

    /// <summary>Registers an action that transactions of the store can execute and compensate, also after a crash.</summary>
    /// <typeparam name="TAction">The action; a singleton.</typeparam>
    /// <param name="builder">The store.</param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder AddTransactionAction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAction>(this ImageStorageBuilder builder)
        where TAction : class, ITransactionAction
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton<ITransactionAction, TAction>(builder.Name);
        return builder;
    }
}
