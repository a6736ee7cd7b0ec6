namespace ImageStorage.Transactions.Tests.Running;

/// <summary>The process has ended here: whatever it still tries fails.</summary>
internal sealed class ProcessEndedException : Exception;
