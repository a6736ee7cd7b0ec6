namespace ImageStorage;

/// <summary>
/// Represents one step of a transaction: <see cref="SaveStep"/>, <see cref="DeleteStep"/>, <see cref="UpdateStep"/>,
/// <see cref="AppendStep"/>, <see cref="ActionStep"/> or <see cref="CustomStep"/>.
/// </summary>
public abstract record TransactionStep
{
    private protected TransactionStep()
    {
    }
}
